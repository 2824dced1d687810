import org.apache.log4j.*;

/** log4j 1.2 with the layout that its argument names; classes that print themselves over several lines. */
public class Spoken {
    static class Refused extends RuntimeException {
        Refused(String m) { super(m); }
        @Override public String toString() { return "order refused {\n  reason: " + getMessage() + "\n}"; }
    }
    static class Declined extends RuntimeException {
        Declined(String m) { super(m); }
        @Override public String toString() { return getClass().getName() + "{\n  code=5,\n  reason=" + getMessage() + "\n}"; }
    }
    static void order(int n) {
        if (n == 1) throw new Refused("no till");
        if (n == 2) throw new Declined("no till");
        if (n == 3) throw new IllegalStateException("SQL [select *\nfrom orders\n where id = ?]; no such table", new java.sql.SQLException("no such table: orders"));
        throw new NumberFormatException("For input string: \"x\"");
    }
    public static void main(String[] args) {
        Logger.getRootLogger().addAppender(new ConsoleAppender(new PatternLayout(args[0])));
        Logger log = Logger.getLogger("com.acme.Shop");
        log.info("worker up");
        for (int n = 0; n < 4; n++) {
            try { order(n); } catch (RuntimeException e) { log.log(n == 0 ? Level.FATAL : Level.ERROR, "order " + n + " failed", e); }
        }
        log.warn("slow");
    }
}
