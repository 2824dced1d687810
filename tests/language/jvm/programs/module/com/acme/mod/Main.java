package com.acme.mod;

import java.util.function.Supplier;

public class Main {
    public static void main(String[] a) {
        Supplier<Object> s = () -> java.util.Map.of("k", 1, "k", 2);
        s.get();
    }
}
