package com.acme.store;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** The same with log4j2's own interface. */
public class Log4j {
    private static final Logger log = LogManager.getLogger("com.acme.store.Orders");

    public static void main(String[] args) throws Exception {
        log.info("started");
        try { Logged.ship(1); } catch (RuntimeException e) { log.error("order {} failed", 1, e); }
        log.warn("slow: {} ms", 1200);
        try {
            try (Crash.Closing c = new Crash.Closing("store")) { Logged.ship(5); }
        } catch (RuntimeException e) { log.error("order 5 failed", new RuntimeException(e)); }
        try { throw new Crash.Coded("limit reached", null); } catch (RuntimeException e) { log.fatal("order 6 failed\nfor good", e); }
        log.info("done");
    }
}
