package com.acme.store;

import java.util.logging.Level;
import java.util.logging.Logger;

/** What java.util.logging prints by itself. */
public class Jul {
    private static final Logger log = Logger.getLogger("com.acme.store.Orders");

    public static void main(String[] args) {
        log.info("started");
        try { Logged.ship(1); } catch (RuntimeException e) { log.log(Level.SEVERE, "order 1 failed", e); }
        log.warning("slow: 1200 ms");
        try { Logged.ship(2); } catch (RuntimeException e) { log.log(Level.WARNING, "order 2 failed\nbecause of:\n  x", e); }
        try { Logged.ship(3); } catch (RuntimeException e) { log.log(Level.SEVERE, "", e); }
        try {
            try (Crash.Closing c = new Crash.Closing("store")) { Logged.ship(5); }
        } catch (RuntimeException e) { log.log(Level.SEVERE, e.toString(), new RuntimeException(e)); }
        log.info("done");
        Logged.ship(9);
    }
}
