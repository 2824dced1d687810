package com.acme.till;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A till that fails twice: where it is logged with its cause, and in a thread where nobody catches it. */
public final class Till {
    private static final Logger LOG = LoggerFactory.getLogger(Till.class);

    public static void main(String[] args) throws InterruptedException {
        LOG.info("open");
        try {
            checkout(17, 0); // frame: main
        } catch (IllegalStateException e) {
            LOG.error("checkout of order 17 failed", e);
        }
        Thread settler = new Thread(() -> settle(null), "settler"); // frame: lambda$main$0
        settler.start();
        settler.join();
        LOG.info("closed");
    }

    private static void checkout(int order, int parts) {
        try {
            share(1700, parts);
        } catch (ArithmeticException e) {
            throw new IllegalStateException("no share for order " + order, e); // frame: checkout
        }
    }

    private static int share(int cents, int parts) {
        return cents / parts; // frame: share
    }

    private static void settle(String account) {
        LOG.info("settling {} letters", account.length()); // frame: settle
    }
}
