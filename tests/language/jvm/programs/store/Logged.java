package com.acme.store;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a service logs; the layout is the logger's. */
public class Logged {
    private static final Logger log = LoggerFactory.getLogger("com.acme.store.Orders");

    static void ship(int order) {
        try {
            Integer.parseInt("customer-" + order);
        } catch (NumberFormatException e) {
            throw new IllegalStateException("cannot ship order " + order, e);
        }
    }

    public static void main(String[] args) throws Exception {
        log.info("started with {} orders (Logged.java:20)", 3);
        try { ship(1); } catch (RuntimeException e) { log.error("order {} failed", 1, e); }
        log.warn("slow: {} ms", 1200);
        try { ship(2); } catch (RuntimeException e) { log.error("order 2 failed\nbecause of:\n  {}", e.getMessage(), e); }
        try { ship(3); } catch (RuntimeException e) { log.error("", e); }
        try { ship(4); } catch (RuntimeException e) { log.error(e.toString(), e); }
        try {
            try (Crash.Closing c = new Crash.Closing("store")) { ship(5); }
        } catch (RuntimeException e) { log.error("order 5 failed", new RuntimeException(e)); }
        try { throw new Crash.Declined("need 20.0 more"); } catch (RuntimeException e) { log.error("order 6 failed", e); }
        log.error("order 7 failed: {}", new IllegalStateException("no trace wanted").toString());
        Thread t = new Thread(() -> { try { ship(8); } catch (RuntimeException e) { log.error("order 8 failed", e); } }, "ship-8");
        t.start(); t.join();
        log.info("done");
        ship(9);
    }
}
