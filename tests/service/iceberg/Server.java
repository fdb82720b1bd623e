import java.io.File;
import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.RESTCatalogAdapter;
import org.apache.iceberg.rest.RESTCatalogServlet;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.servlet.ServletContextHandler;
import org.eclipse.jetty.servlet.ServletHolder;

/**
 * Iceberg's own REST catalog over a catalog in a SQLite file, on the loopback interface alone: the server that
 * comes with Iceberg listens on all interfaces. Argument: a folder for what it keeps. It prints the port that it got.
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
    ServletContextHandler context = new ServletContextHandler();
    context.addServlet(new ServletHolder(new RESTCatalogServlet(new RESTCatalogAdapter(catalog))), "/*");
    org.eclipse.jetty.server.Server server = new org.eclipse.jetty.server.Server(
        new InetSocketAddress("127.0.0.1", 0));
    server.setHandler(context);
    server.start();
    System.out.println("listening on " + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
    server.join();
  }
}
