package peer;

/** The lines that are printed, and the end of the program at the first failure. */
final class Report {
    private Report() {}

    static void ok(String step, String text) {
        System.out.printf("ok    %-36s %s%n", step, text);
    }

    static void require(boolean holds, String text) {
        if (!holds) {
            throw new AssertionError(text);
        }
    }

    static void equal(Object expected, Object found, String name) {
        require(expected.equals(found), name + ": expected " + expected + ", found " + found);
    }
}
