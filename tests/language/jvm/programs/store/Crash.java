package com.acme.store;

import java.io.*;
import java.lang.reflect.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.stream.*;

/** One crash for each word. */
public class Crash {
    static class Closing implements AutoCloseable {
        final String name;
        Closing(String name) { this.name = name; }
        public void close() {
            throw new IllegalStateException("close " + name, new IOException("flush " + name));
        }
    }
    static class Declined extends RuntimeException {
        Declined(String m) { super(m); }
        @Override public String toString() { return "payment was declined: " + getMessage(); }
    }
    static class Coded extends RuntimeException {
        Coded(String m, Throwable c) { super(m, c); }
        @Override public String toString() { return getClass().getName() + "[code=E42, retry={after=3}]: " + getMessage(); }
    }
    static class Stackless extends RuntimeException {
        Stackless(String m, Throwable c) { super(m, c, false, false); }
    }
    interface Gateway { int charge(String who) throws Exception; }

    static void withResources() throws Exception {
        try (Closing a = new Closing("a"); Closing b = new Closing("b")) {
            throw new IllegalArgumentException("order 7 has no lines");
        }
    }
    static void wrapped() throws Exception {
        try { withResources(); } catch (Exception e) { throw new Exception("import failed", e); }
    }
    static int deep(int n) { return n == 0 ? Integer.parseInt("x" + n) : deep(n - 1) + 1; }
    static void overflow() { overflow(); }
    static void later(Runnable r, String name) throws Exception {
        Thread t = new Thread(r, name); t.start(); t.join();
    }
    static class Config { static final int PORT = Integer.parseInt(System.getProperty("port", "http")); }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "resources": wrapped(); break;
            case "suppressed":
                Exception top = new Exception("batch failed");
                for (int i = 0; i < 3; i++) {
                    try { deep(i); } catch (Exception e) {
                        RuntimeException part = new RuntimeException("part " + i, e);
                        part.addSuppressed(new IOException("cleanup " + i));
                        top.addSuppressed(part);
                    }
                }
                throw top;
            case "executor":
                ExecutorService pool = Executors.newFixedThreadPool(1);
                try { pool.submit(() -> deep(2)).get(); } finally { pool.shutdown(); }
                break;
            case "completable":
                CompletableFuture.supplyAsync(() -> deep(1)).thenApply(n -> n + 1).join();
                break;
            case "proxy":
                Gateway g = (Gateway) Proxy.newProxyInstance(Crash.class.getClassLoader(), new Class<?>[] {Gateway.class}, (p, m, a) -> {
                    try { return Crash.class.getDeclaredMethod("deep", int.class).invoke(null, 1); }
                    catch (InvocationTargetException e) { throw new TimeoutException("gateway: " + e.getCause().getMessage()); }
                });
                try { g.charge("x"); } catch (TimeoutException e) { e.printStackTrace(); }
                Crash.class.getDeclaredMethod("deep", int.class).invoke(null, 1);
                break;
            case "streams":
                Stream.of("1", "2", "three").parallel().map(Integer::parseInt).collect(Collectors.toList());
                break;
            case "threads":
                later(() -> deep(0), "a \"quoted\" name");
                later(() -> deep(0), "");
                later(() -> deep(0), "обработчик-1");
                later(() -> deep(0), "queue: orders [3/8]");
                later(() -> { throw new Declined("need 20.0 more"); }, "custom");
                later(() -> { throw new Declined("two\nlines"); }, "two\nlines");
                later(() -> { throw new Stackless("no stack", null); }, "bare");
                later(() -> deep(0), "last");
                break;
            case "messages":
                String[] all = {
                    "first line\nsecond line\n\nfourth line", "at the end\n\tat noon (see Plan.java:12)\nat last",
                    "remote said:\nCaused by: nothing known\nnested exception is: something", "ends with a line end\n", "\nbegins with one",
                    "java.lang.Foo: quoted\njava.lang.Bar: quoted too", "", null, "tabs\tand \u001b[1mcolours\u001b[0m", "a: b: c",
                };
                for (String m : all) {
                    System.err.println("trying the next one");
                    new IllegalStateException(m, new IllegalArgumentException(m)).printStackTrace();
                }
                break;
            case "custom":
                new Declined("need 20.0 more").printStackTrace();
                new Coded("limit reached", new Declined("too much")).printStackTrace();
                throw new Coded("limit\nreached", null);
            case "stackless": {
                Exception inner = new IOException("connection reset");
                new Stackless("gave up", new Stackless("again", inner)).printStackTrace();
                throw new Stackless("never filled in", null);
            }
            case "memory": {
                List<long[]> held = new ArrayList<>();
                while (true) held.add(new long[1 << 18]);
            }
            case "assertion": assert args.length > 1 : "no order given"; break;
            case "overflow":
                try { overflow(); } catch (StackOverflowError e) { throw new IllegalStateException("too deep", e); }
                break;
            case "deep": try { deep(110); } catch (RuntimeException e) { throw new RuntimeException("at depth", e); } break;
            case "init":
                try { System.out.println(Config.PORT); } catch (Throwable t) { t.printStackTrace(); }
                System.out.println(Config.PORT);
                break;
            case "sax":
                javax.xml.parsers.DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream("oops".getBytes()));
                break;
            case "circular": {
                Exception a = new Exception("a"), b = new Exception("b", a);
                a.initCause(b); a.addSuppressed(b);
                a.printStackTrace();
                break;
            }
            case "loop":
                for (int i = 0; i < 3; i++) {
                    System.err.println("order " + i);
                    try { deep(i); } catch (Exception e) { e.printStackTrace(); }
                    System.err.println("order " + i + " done");
                }
                break;
            case "handler":
                Thread.setDefaultUncaughtExceptionHandler((t, e) -> { throw new RuntimeException("in the handler"); });
                later(() -> deep(0), "worker-1");
                break;
            case "dump":
                Thread.dumpStack();
                for (java.lang.management.ThreadInfo t : java.lang.management.ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) System.err.print(t);
                new ProcessBuilder("kill", "-3", "" + ProcessHandle.current().pid()).inheritIO().start().waitFor();
                Thread.sleep(500);
                break;
            case "prints":
                System.err.println("stack so far:");
                for (StackTraceElement e : new Throwable().getStackTrace()) System.err.println("  at " + e);
                System.err.println("called from (Crash.java:12)");
                System.err.println("INFO see at com.acme.store.Crash.deep(Crash.java:38) for more");
                System.err.println("java.lang.Error: x at com.acme.store.Crash.deep(Crash.java:38)");
                System.err.println("order failed: java.lang.IllegalStateException: no stock");
                System.err.println("throws com.acme.store.Declined(Declined.java:3)");
                break;
            case "local":
                class 注文エラー extends Exception { 注文エラー(String m) { super(m); } }
                throw new 注文エラー("在庫がありません") { };
            case "plugin": {
                File jar = new File("plugins.jar");
                try (java.net.URLClassLoader l = new java.net.URLClassLoader("plugins", new java.net.URL[] {jar.toURI().toURL()}, null)) {
                    l.loadClass("com.acme.plugin.Plugin").getDeclaredMethod("run").invoke(null);
                }
                break;
            }
            case "concurrent": {
                Object lock = new Object();
                for (int i = 0; i < 3; i++) { int n = i; new Thread(() -> { synchronized (lock) { deep(n); } }, "worker-" + i).start(); }
                break;
            }
            default: throw new IllegalArgumentException(args[0]);
        }
    }
}
