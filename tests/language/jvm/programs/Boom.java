/** Neither class has a package. */
public class Boom extends RuntimeException {
    Boom(String m, Throwable c) { super(m, c); }
    static class Kaputt extends Exception { }
    static void go() throws Kaputt { throw new Kaputt(); }
    public static void main(String[] a) {
        try { go(); } catch (Kaputt e) { throw new Boom("cannot go on", e); }
    }
}
