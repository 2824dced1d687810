package com.acme.store;

public final class Quoted {
    private static final String MESSAGE =
            "query failed:\nSELECT *\n  FROM orders\n\tat com.acme.fake.Frame.run(Frame.java:1)\nhint: check the index";

    private Quoted() {}

    static void query() {
        throw new IllegalStateException(MESSAGE);
    }

    public static void main(String[] args) {
        if (args.length == 0) query();
        try {
            query();
        } catch (IllegalStateException e) {
            throw new RuntimeException("no orders", e);
        }
    }
}
