package com.acme.plugin;

public class Plugin {
    public static void run() { throw new UnsupportedOperationException("plugin 2.0 needs 3.1"); }
}
