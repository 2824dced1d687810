/** Dies as it is told. */
public class Till {
    static int share(int cents, int parts) {
        return cents / parts;
    }

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "throws":
                share(1700, 0);
                break;
            case "quotes": // what another program said
                var command = java.util.Arrays.asList(args).subList(1, args.length);
                var said = new String(new ProcessBuilder(command).start().getErrorStream().readAllBytes());
                throw new IllegalStateException("the till failed\n" + said);
        }
    }
}
