package org.apache.iceberg.rest; // for the adapter, which is its server's own

import java.io.File;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/**
 * Iceberg's own REST catalog over a catalog in a SQLite file, on the loopback interface alone: the server that
 * comes with Iceberg listens on all interfaces. Arguments: a folder for what it keeps, then settings of that server as
 * KEY=VALUE, such as include-credentials=true and the credentials. It prints the port that it got.
 */
public final class Server {
  public static void main(String[] arguments) throws Exception {
    File folder = new File(arguments[0]).getAbsoluteFile();
    File database = new File(folder, "catalog.db");
    // Looking for tables that are there already leaves a statement open, whose connection then sees no later change.
    JdbcCatalog catalog = new JdbcCatalog(null, null, !database.exists());
    catalog.initialize("floe", Map.of(
        "uri", "jdbc:sqlite:" + database + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=5000",
        "warehouse", new File(folder, "warehouse").toURI().toString(),
        "io-impl", "org.apache.iceberg.inmemory.InMemoryFileIO",
        "jdbc.schema-version", "V1",
        "clients", "4"));
    Map<String, String> settings = new HashMap<>();
    for (int i = 1; i < arguments.length; i++) {
      String[] setting = arguments[i].split("=", 2);
      settings.put(setting[0], setting[1]);
    }
    RESTCatalogAdapter adapter =
        new RESTServerCatalogAdapter(new RESTCatalogServer.CatalogContext(catalog, settings));
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder(new RESTCatalogServlet(adapter)), "/*");
    org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server(
        new InetSocketAddress("127.0.0.1", 0));
    server.setHandler(context);
    server.start();
    System.out.println("listening on " + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
    server.join();
  }
}
