using System;

/// Dies as Mono tells it: twice.
public static class Till
{
    static void Close(int order) { throw new InvalidOperationException("order " + order + " is not closed"); }

    public static void Main() { Close(17); }
}
