package com.acme.store;

/** Messages that are more than a line of plain text. */
public class Odd {
    public static void main(String[] args) {
        String[] blank = { "first line\nsecond line\n\nfourth line", "ends with a line end\n", "ends with two\n\n", "\n\nbegins with two" };
        String[] coloured = { "tabs\tand \u001b[1mcolours\u001b[0m", "one \u001b[31mred\nline\u001b[0m of two" };
        for (String m : args[0].equals("blank") ? blank : coloured) {
            System.err.println("trying the next one");
            new IllegalStateException(m, new IllegalArgumentException(m)).printStackTrace();
        }
        throw new IllegalStateException(args[0].equals("blank") ? "not\n\nagain\n" : "done");
    }
}
