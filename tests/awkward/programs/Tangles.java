/** Failures of everything at once. */
public class Tangles {
    static class OutOfStock extends Exception {
        OutOfStock(String message, Throwable cause) { super(message, cause); }
    }

    static int share(int cents, int parts) {
        return cents / parts;
    }

    static void count(int order) throws OutOfStock {
        try {
            share(1700, 0);
        } catch (ArithmeticException e) {
            throw new OutOfStock("order " + order + ":\n\n  - no share\nat the till: nobody\n\tCaused by: haste", e);
        }
    }

    static Throwable close() {
        var failed = new IllegalStateException();
        for (int order : new int[] {17, 18}) {
            try {
                count(order);
            } catch (OutOfStock e) {
                failed.addSuppressed(e);
            }
        }
        return failed;
    }

    public static void main(String[] args) throws Throwable {
        switch (args[0]) {
            case "thread_suppressed":
                var thread = new Thread(() -> { throw new RuntimeException("closing\nfailed", close()); }, "settler \"1\"");
                thread.start();
                thread.join();
                break;
            case "circular_suppressed": {
                var failed = close();
                var again = new OutOfStock(null, failed);
                failed.initCause(again);
                failed.printStackTrace();
                break;
            }
            case "bare":
                throw new OutOfStock(null, null);
        }
    }
}
