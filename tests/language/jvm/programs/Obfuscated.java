package com.acme.obf;

/** Names and files are taken away by ProGuard; all but the entry. */
public class Main {
    static class Refused extends RuntimeException {
        Refused(String m, Throwable c) { super(m, c); }
    }
    static class Till {
        int open = 0;
        int pay(int n) { return 100 / (n - open); }
        void settle(int n) { try { pay(n); } catch (ArithmeticException e) { throw new Refused("till " + n + " refused", e); } }
    }
    public static void main(String[] a) {
        Till till = new Till();
        try { till.settle(a.length); } catch (Refused e) { e.printStackTrace(); }
        new Thread(() -> till.settle(till.open), "till").start();
    }
}
