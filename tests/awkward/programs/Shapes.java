package com.acme.shapes;

import java.util.logging.Level;

/** Loggers of Java, each with the trace of one failure. */
public final class Shapes {
    /** A name that does not end in Error or Exception. */
    static final class OutOfStock extends RuntimeException {
        OutOfStock(String message, Throwable cause) {
            super(message, cause);
        }
    }

    static final class Till implements AutoCloseable {
        @Override
        public void close() {
            throw new IllegalStateException("the till is stuck");
        }
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "slf4j" -> {
                var log = org.slf4j.LoggerFactory.getLogger(Shapes.class);
                log.info("open");
                log.error("checkout of order 17 failed", failed());
                log.info("closed");
            }
            case "jul" -> {
                var log = java.util.logging.Logger.getLogger(Shapes.class.getName());
                log.info("open");
                log.log(Level.SEVERE, "checkout of order 17 failed", failed());
                log.info("closed");
            }
            case "log4j" -> {
                var log = org.apache.logging.log4j.LogManager.getLogger(Shapes.class);
                log.info("open");
                log.error("checkout of order 17 failed", failed());
                log.info("closed");
            }
            case "message_on_line" -> {
                var log = org.slf4j.LoggerFactory.getLogger(Shapes.class);
                var text = new java.io.StringWriter();
                failed().printStackTrace(new java.io.PrintWriter(text));
                log.info("open");
                log.error("checkout of order 17 failed: {}", text);
                log.info("closed");
            }
            case "multiline" -> new IllegalArgumentException("3 problems:\n\n  - no price\n\t- no stock\nCause: nobody counted").printStackTrace();
            case "no_message" -> new OutOfStock(null, null).printStackTrace();
            case "thread" -> {
                var thread = new Thread(() -> { throw new OutOfStock("order 17", failed()); }, "settler 3");
                thread.start();
                thread.join();
            }
            default -> throw new AssertionError(args[0]);
        }
    }

    static OutOfStock failed() {
        try (var till = new Till()) {
            return new OutOfStock("never", share(1700, 0));
        } catch (ArithmeticException e) {
            return new OutOfStock("no share for order 17", e);
        }
    }

    static Throwable share(int cents, int parts) {
        return new Exception("share " + cents / parts);
    }
}
