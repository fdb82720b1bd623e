package dev.floe.tests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.OpenLineageClientUtils;
import java.beans.Introspector;
import java.beans.PropertyDescriptor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads events, one a line of standard input, with OpenLineage's own library as strictly as it can be done: by the model
 * of its client, which has a class for each facet, and by that of its servers. What a model has no place for, and what
 * is not the same when the model writes the event again, is a problem, said in a line. The last line counts the facets
 * that were read as what they are.
 */
public final class Reader {
  private static final String STANDARD = "https://openlineage.io/spec/";
  private static final ObjectMapper MAPPER = OpenLineageClientUtils.newObjectMapper();
  private static final Map<String, Integer> read = new TreeMap<>();
  private static int problems;

  public static void main(String[] arguments) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int number = 0;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      try {
        JsonNode sent = MAPPER.readTree(line);
        OpenLineage.RunEvent event = OpenLineageClientUtils.runEventFromJson(line);
        look("event " + number, event);
        same("event " + number + ", written by the client's model", sent, event);
        io.openlineage.server.OpenLineage.RunEvent served =
            MAPPER.readValue(line, io.openlineage.server.OpenLineage.RunEvent.class);
        if (!served.getAdditionalProperties().isEmpty()) {
          problem("event " + number, "servers have no place for " + served.getAdditionalProperties().keySet());
        }
        same("event " + number + ", written by the servers' model", sent, served);
      } catch (Exception cannot) {
        problem("event " + number, "cannot be read: " + cannot.getMessage());
      }
    }
    System.out.println(number + " events, " + read);
    System.exit(problems == 0 && number > 0 ? 0 : 1);
  }

  private static void problem(String where, String what) {
    problems++;
    System.out.println(where + ": " + what);
  }

  /** Follows what the client's model has of its own; what it found no class or member for lies in a map of the rest. */
  private static void look(String where, Object value) throws Exception {
    if (value instanceof Collection<?> values) {
      int index = 0;
      for (Object each : values) {
        look(where + "/" + index++, each);
      }
    } else if (value != null && value.getClass().getEnclosingClass() == OpenLineage.class) {
      facet(where, value);
      for (PropertyDescriptor member : Introspector.getBeanInfo(value.getClass(), Object.class).getPropertyDescriptors()) {
        Object held = member.getReadMethod().invoke(value);
        if (member.getName().equals("additionalProperties")) {
          rest(where, value, (Map<?, ?>) held);
        } else {
          look(where + "/" + member.getName(), held);
        }
      }
    }
  }

  /** A facet that has a class says that it is what that class is. */
  private static void facet(String where, Object value) throws Exception {
    String schema = schema(value);
    String name = value.getClass().getSimpleName();
    if (schema != null && !schema.endsWith("/" + name)) {
      problem(where, "it is read as " + name + " and says that it is " + schema);
    } else if (schema != null) {
      read.merge(name, 1, Integer::sum);
    }
  }

  private static void rest(String where, Object owner, Map<?, ?> rest) throws Exception {
    for (Map.Entry<?, ?> member : rest.entrySet()) {
      String schema = schema(member.getValue());
      if (schema == null && member.getValue().getClass().getEnclosingClass() == OpenLineage.class) {
        look(where + "/" + member.getKey(), member.getValue());
      } else if (schema == null) {
        problem(where, owner.getClass().getSimpleName() + " has no member " + member.getKey());
      } else if (schema.startsWith(STANDARD)) {
        problem(where, "no facet of " + owner.getClass().getSimpleName() + " is called " + member.getKey());
      }
    }
  }

  /** The schema that a facet names; null for what is none. */
  private static String schema(Object value) throws Exception {
    try {
      return String.valueOf(value.getClass().getMethod("get_schemaURL").invoke(value));
    } catch (NoSuchMethodException none) {
      return null;
    }
  }

  /** The same but for how a moment is written. */
  private static void same(String where, JsonNode sent, Object model) throws Exception {
    JsonNode written = MAPPER.readTree(OpenLineageClientUtils.toJson(model));
    if (!plain(sent).equals(plain(written))) {
      problem(where, "it is no longer the same\n  " + sent + "\n  " + written);
    }
  }

  private static JsonNode plain(JsonNode event) {
    ObjectNode copy = event.deepCopy();
    copy.put("eventTime", Instant.parse(copy.get("eventTime").asText()).toString());
    return copy;
  }
}
