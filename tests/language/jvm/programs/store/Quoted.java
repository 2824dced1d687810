package com.acme.store;

import java.io.*;

/** Messages that show what another process's trace said. */
public class Quoted {
    static class RemoteException extends IOException {
        RemoteException(String m) { super(m); }
    }
    static int share(int n) { return 7 / n; }
    static int deep(int n) { return n == 0 ? share(n) : deep(n - 1); }

    static String stack(Throwable t) {
        StringWriter text = new StringWriter();
        t.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
    static String remote(boolean caused) {
        String[] text = new String[1];
        Thread server = new Thread(() -> {
            try { deep(2); } catch (RuntimeException e) { text[0] = stack(caused ? new IllegalStateException("order 7", e) : e); }
        });
        server.start();
        try { server.join(); } catch (InterruptedException e) { throw new RuntimeException(e); }
        return text[0];
    }

    static void call(String how) throws Exception {
        switch (how) {
            case "rpc": throw new RemoteException("File /orders/7 could only be written to 0 of the 1 nodes.\n" + remote(false).split("\n", 2)[1]);
            case "said": throw new RemoteException("the server said: " + remote(false));
            case "caused": throw new RemoteException("the server said: " + remote(true));
            case "trimmed": throw new RemoteException("the server said: " + remote(true).trim());
            case "job": throw new RuntimeException("Job aborted due to stage failure: Lost task 0.0 in stage 0.0 (TID 0): " + remote(false) + "\nDriver stacktrace:");
            case "below": throw new RemoteException("the server said:\n" + remote(false));
            case "wrapped": 
                try { call("said"); } catch (Exception e) { throw new IllegalStateException("order 7 is lost", e); }
                break;
            case "wrapped_caused": 
                try { call("caused"); } catch (Exception e) { throw new IllegalStateException("order 7 is lost", e); }
                break;
            default: throw new RuntimeException("plain\n\nmessage");
        }
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("plain")) { new Exception("a\n\nb\n").printStackTrace(); System.err.println("done"); return; }
        if (args.length > 1) { try { call(args[0]); } catch (Exception e) { e.printStackTrace(); } System.err.println("done"); return; }
        call(args[0]);
    }
}
