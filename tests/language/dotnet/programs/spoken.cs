using System;

namespace Fleet
{
    /// Puts words of its own before what the runtime makes of it.
    public class RouteException : Exception
    {
        public RouteException(string message, Exception inner) : base(message, inner) { }
        public override string ToString() { return "route A1 " + base.ToString(); }
    }

    /// Says something else altogether.
    public class DepotException : Exception
    {
        public override string ToString() { return "depot=north\nstate=closed"; }
    }

    public static class Spoken
    {
        static void Drive(int km)
        {
            try { throw new InvalidOperationException("no fuel for " + km + " km"); }
            catch (InvalidOperationException e) { throw new RouteException("route given up", e); }
        }

        public static void Main(string[] args)
        {
            switch (args[0])
            {
                case "before": Drive(7); break;
                case "words": throw new DepotException();
                case "logged":
                    try { throw new InvalidOperationException("no fuel"); }
                    catch (InvalidOperationException e) { Console.Error.WriteLine("2026-11-20 15:49:23 error: " + e); }
                    Console.Error.WriteLine("2026-11-20 15:49:24 info: Fleet.Depot: closed");
                    break;
            }
        }
    }
}
