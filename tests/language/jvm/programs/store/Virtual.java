package com.acme.store;

/** Threads without a name. */
public class Virtual {
    public static void main(String[] args) throws Exception {
        Runnable r = () -> Crash.deep(1);
        Thread t = Thread.ofVirtual().start(r); t.join();
        t = Thread.ofVirtual().name("v-1").start(r); t.join();
        try { Crash.deep(2); } catch (Exception e) { e.printStackTrace(); }
        Thread.ofPlatform().name("p-1").start(r).join();
        throw new IllegalStateException(new Exception());
    }
}
