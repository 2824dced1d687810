using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Threading;
using System.Threading.Tasks;

namespace Fleet.Errors
{
    public class RouteException : Exception
    {
        public RouteException(string message, Exception inner = null) : base(message, inner) { }

        public sealed class Closed : RouteException
        {
            public Closed(string road) : base("road " + road + " is closed") { }
        }
    }

    public class Spoken : Exception
    {
        public override string ToString() { return "spoken: " + base.ToString(); }
    }

    public class Missing<T> : Exception
    {
        public Missing() : base("no " + typeof(T).Name) { }
    }
}

namespace Fleet.Depots
{
    using Fleet.Errors;

    public struct Mass
    {
        public int Kilos;

        public static Mass operator +(Mass a, Mass b)
        {
            if (a.Kilos + b.Kilos > 40) throw new OverflowException("too heavy");
            return new Mass { Kilos = a.Kilos + b.Kilos };
        }

        public static explicit operator int(Mass m) { throw new InvalidCastException("mass " + m.Kilos); }
    }

    public interface ILoader { void Load(ref int count, out string note, int? limit, int[,] grid); }

    public class Depot<TKey, TValue> : ILoader where TValue : class
    {
        readonly Dictionary<TKey, TValue> rows = new Dictionary<TKey, TValue>();

        public TValue this[TKey key] { get { return rows[key]; } }

        public class Shelf<TItem>
        {
            public TItem Take<TWanted>(TItem[] items, Func<TItem, TWanted> by, IDictionary<string, List<TWanted>> seen)
            {
                foreach (var i in items) by(i);
                return items.First(i => false);
            }
        }

        public TValue First { get { return rows.Values.First(); } set { throw new NotSupportedException("read only"); } }

        void ILoader.Load(ref int count, out string note, int? limit, int[,] grid)
        {
            note = "";
            count = grid[count, 7];
        }

        public event EventHandler Full { add { throw new NotImplementedException(); } remove { } }
    }

    public static class Broken
    {
        static readonly int rate = Parse("7 %");
        static int Parse(string text) { return int.Parse(text); }
        public static int Rate { get { return rate; } }
    }

    public class Truck : IDisposable
    {
        public Truck(int wheels) { if (wheels < 4) throw new ArgumentOutOfRangeException("wheels", wheels, "a truck has four"); }
        public void Dispose() { }
        ~Truck() { if (Program.Dying) throw new InvalidOperationException("finalizer ran"); }
    }

    // What Roslyn calls closures, local functions and state machines; this compiler knows other names or none.
    static class Compiled
    {
        public static void Run()
        {
            var assembly = System.Reflection.Emit.AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("yard"), System.Reflection.Emit.AssemblyBuilderAccess.Run);
            var yard = assembly.DefineDynamicModule("yard").DefineType("Fleet.Yard.Gate", TypeAttributes.Public);
            System.Reflection.Emit.MethodBuilder inner = null;
            var types = new List<System.Reflection.Emit.TypeBuilder> { yard };
            foreach (var path in new[] {
                "<>c__DisplayClass4_0/<Open>b__2", "<>c__DisplayClass4_0/<Open>g__Check|1", "/<Open>g__Sum|4_0", "<>c/<Open>b__4_1",
                "<>c__5`1/<Sort>b__5_0", "<OpenAsync>d__6/MoveNext", "<Stops>d__7`1/MoveNext", "<<OpenAsync>b__6_0>d/MoveNext", "<>c/<.cctor>b__9_0", "Lane/Open", "/Open" })
            {
                var names = path.Split('/');
                var type = names[0] == "" ? yard : types.Find(t => t.Name == names[0]);
                if (type == null) { type = yard.DefineNestedType(names[0], TypeAttributes.NestedPublic); types.Add(type); if (names[0].Contains("`1")) type.DefineGenericParameters("T"); }
                var method = type.DefineMethod(names[1], MethodAttributes.Public | MethodAttributes.Static, typeof(void), Type.EmptyTypes);
                var il = method.GetILGenerator();
                if (inner != null) { il.Emit(System.Reflection.Emit.OpCodes.Call, inner.DeclaringType.IsGenericTypeDefinition ? System.Reflection.Emit.TypeBuilder.GetMethod(inner.DeclaringType.MakeGenericType(typeof(string)), inner) : inner); il.Emit(System.Reflection.Emit.OpCodes.Nop); il.Emit(System.Reflection.Emit.OpCodes.Ret); }
                else { il.Emit(System.Reflection.Emit.OpCodes.Ldstr, "gate is shut"); il.Emit(System.Reflection.Emit.OpCodes.Newobj, typeof(InvalidOperationException).GetConstructor(new[] { typeof(string) })); il.Emit(System.Reflection.Emit.OpCodes.Throw); }
                inner = method;
            }
            foreach (var type in types) type.CreateType();
            var open = (Action)assembly.GetType("Fleet.Yard.Gate").GetMethod("Open").CreateDelegate(typeof(Action));
            open();
        }
    }

    public static class Program
    {
        public static volatile bool Dying;

        static IEnumerable<int> Stops(int n)
        {
            yield return 1;
            if (n > 0) throw new RouteException.Closed("A" + n);
            yield return 2;
        }

        static async Task<int> Drive(int n)
        {
            await Task.Delay(2);
            if (n == 0) throw new RouteException("no fuel left");
            try { return await Drive(n - 1); }
            catch (RouteException e) when (n == 2) { throw new RouteException("stranded at stop " + n, e); }
        }

        static async Task Wrapped()
        {
            Func<int, Task<int>> go = async n => { await Task.Yield(); return await Drive(n); };
            await go(1);
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int Deep(int n) { if (n == 0) throw new IndexOutOfRangeException("bottom"); return Deep(n - 1) + 1; }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static int Endless(int n) { return Endless(n + 1) + 1; }

        static void Rethrown()
        {
            try { Deep(1); }
            catch (Exception) { throw; }
        }

        static void Dispatched()
        {
            ExceptionDispatchInfo kept = null;
            var t = new Thread(() => { try { Deep(1); } catch (Exception e) { kept = ExceptionDispatchInfo.Capture(e); } });
            t.Start(); t.Join();
            kept.Throw();
        }

        static Exception Caught(Action action)
        {
            try { action(); return null; }
            catch (Exception e) { return e; }
        }

        static void Chain(int n)
        {
            try { if (n == 0) Rethrown(); else Chain(n - 1); }
            catch (Exception e) { throw new RouteException("level " + n, e); }
        }

        static void Mixed()
        {
            var one = Caught(() => new Truck(3));
            var two = Caught(() => Chain(0));
            var three = new AggregateException("inner ones", Caught(() => new Depot<string, string>()["x"].ToString()), Caught(() => Console.WriteLine(Broken.Rate)));
            throw new AggregateException("fleet is lost", one, two, three);
        }

        static void Logged(string how)
        {
            var e = Caught(() => Chain(1));
            var text = e.ToString();
            switch (how)
            {
                // Microsoft.Extensions.Logging 8, SimpleConsoleFormatter.
                case "mel":
                    Console.WriteLine("info: Fleet.Depots.Worker[14]\n      Now listening on: http://[::]:8080");
                    Console.WriteLine("fail: Fleet.Depots.Worker[0]\n      route 7 failed\n      " + text.Replace("\n", "\n      "));
                    Console.WriteLine("warn: Fleet.Depots.Worker[3]\n      late by 4 minutes");
                    Console.WriteLine("crit: Microsoft.Extensions.Hosting.Internal.Host[10]\n      The HostOptions.BackgroundServiceExceptionBehavior is configured to StopHost. A BackgroundService has thrown an unhandled exception, and the IHost instance is stopping. To avoid this behavior, configure this to Ignore; however the BackgroundService will not be restarted.\n      " + Caught(() => new Truck(2)).ToString().Replace("\n", "\n      "));
                    break;
                // The same with SingleLine and a timestamp.
                case "mel_single":
                    Console.WriteLine("2026-11-20 15:49:23 info: Fleet.Depots.Worker[14] Now listening on: http://[::]:8080");
                    Console.WriteLine("2026-11-20 15:49:24 fail: Fleet.Depots.Worker[0] route 7 failed " + text.Replace("\n", " "));
                    Console.WriteLine("2026-11-20 15:49:24 info: Fleet.Depots.Worker[14] Application is shutting down...");
                    break;
                // SystemdConsoleFormatter.
                case "mel_systemd":
                    Console.WriteLine("<6>Fleet.Depots.Worker[14] Now listening on: http://[::]:8080");
                    Console.WriteLine("<3>Fleet.Depots.Worker[0] route 7 failed " + text.Replace("\n", " "));
                    break;
                // JsonConsoleFormatter.
                case "mel_json":
                    Console.WriteLine("{\"EventId\":14,\"LogLevel\":\"Information\",\"Category\":\"Fleet.Depots.Worker\",\"Message\":\"Now listening on: http://[::]:8080\",\"State\":{\"Message\":\"Now listening on: http://[::]:8080\",\"{OriginalFormat}\":\"Now listening on: {address}\"}}");
                    Console.WriteLine("{\"EventId\":0,\"LogLevel\":\"Error\",\"Category\":\"Fleet.Depots.Worker\",\"Message\":\"route 7 failed\",\"Exception\":" + Quoted(text) + ",\"State\":{\"Message\":\"route 7 failed\",\"route\":7,\"{OriginalFormat}\":\"route {route} failed\"}}");
                    break;
                // Serilog.Sinks.Console, its default template.
                case "serilog":
                    Console.WriteLine("[15:49:23 INF] Now listening on: http://[::]:8080");
                    Console.WriteLine("[15:49:24 ERR] route 7 failed\n" + text);
                    Console.WriteLine("[15:49:24 WRN] late by 4 minutes");
                    Console.WriteLine("[15:49:25 FTL] Host terminated unexpectedly\n" + Caught(() => new Truck(2)));
                    break;
                // Serilog.Sinks.File, its default template.
                case "serilog_file":
                    Console.WriteLine("2026-11-20 15:49:23.377 +00:00 [INF] Now listening on: http://[::]:8080");
                    Console.WriteLine("2026-11-20 15:49:24.112 +00:00 [ERR] route 7 failed\n" + text);
                    Console.WriteLine("2026-11-20 15:49:24.200 +00:00 [INF] Application is shutting down...");
                    break;
                // Serilog.Formatting.Compact.
                case "serilog_compact":
                    Console.WriteLine("{\"@t\":\"2026-11-20T15:49:23.3770000Z\",\"@mt\":\"Now listening on: {address}\",\"address\":\"http://[::]:8080\",\"SourceContext\":\"Fleet.Depots.Worker\"}");
                    Console.WriteLine("{\"@t\":\"2026-11-20T15:49:24.1120000Z\",\"@mt\":\"route {route} failed\",\"@l\":\"Error\",\"@x\":" + Quoted(text) + ",\"route\":7,\"SourceContext\":\"Fleet.Depots.Worker\"}");
                    break;
                // NLog, its default layout.
                case "nlog":
                    Console.WriteLine("2026-11-20 15:49:23.3770|INFO|Fleet.Depots.Worker|Now listening on: http://[::]:8080");
                    Console.WriteLine("2026-11-20 15:49:24.1120|ERROR|Fleet.Depots.Worker|route 7 failed|" + text);
                    Console.WriteLine("2026-11-20 15:49:24.2000|WARN|Fleet.Depots.Worker|late by 4 minutes");
                    break;
                // log4net, the pattern of its manual.
                case "log4net":
                    Console.WriteLine("2026-11-20 15:49:23,377 [1] INFO  Fleet.Depots.Worker - Now listening on: http://[::]:8080");
                    Console.WriteLine("2026-11-20 15:49:24,112 [7] ERROR Fleet.Depots.Worker - route 7 failed\n" + text);
                    Console.WriteLine("2026-11-20 15:49:24,200 [1] WARN  Fleet.Depots.Worker - late by 4 minutes");
                    break;
                // Console.WriteLine(e) and its kin.
                case "printed":
                    Console.WriteLine(e);
                    Console.WriteLine("route 7 failed: " + e);
                    Console.WriteLine("done");
                    Console.WriteLine(Caught(Rethrown).StackTrace);
                    Console.WriteLine("done");
                    break;
            }
        }

        static string Quoted(string text)
        {
            return "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\r", "\\r").Replace("\n", "\\n") + "\"";
        }

        delegate void Handler(int code);

        public static void Main(string[] args)
        {
            switch (args[0])
            {
                case "plain": new Depot<int, string>()[99].ToString(); break;
                case "chain": Chain(2); break;
                case "closed": Stops(1).Sum(); break;
                case "async": Drive(3).GetAwaiter().GetResult(); break;
                case "async_wait": Wrapped().Wait(); break;
                case "aggregate": Mixed(); break;
                case "parallel": Parallel.For(0, 2, i => Deep(i)); break;
                case "lambda": { var bad = 7; Handler h = c => Deep(c + bad - 7); h(2); break; }
                case "compiled": Compiled.Run(); break;
                case "generic": new Depot<int, string>.Shelf<Mass>().Take(new Mass[1], m => (int)m, null); break;
                case "members":
                    {
                        var d = new Depot<int, string>(); ILoader l = d; int n = 3; string note;
                        Action[] all = {
                            () => { var m = new Mass { Kilos = 30 } + new Mass { Kilos = 30 }; },
                            () => d.First = "",
                            () => d.First.ToString(),
                            () => d.Full += (s, e) => { },
                            () => l.Load(ref n, out note, null, new int[2, 2]),
                            () => new Truck(1),
                            () => { throw new Missing<Dictionary<string, int[]>>(); },
                            () => { throw new Spoken(); },
                        };
                        foreach (var a in all) Console.WriteLine(Caught(a) + "\n----");
                        break;
                    }
                case "static": Console.WriteLine(Broken.Rate); break;
                case "reflected": typeof(Program).GetMethod("Deep", BindingFlags.NonPublic | BindingFlags.Static).Invoke(null, new object[] { 1 }); break;
                case "rethrown": Rethrown(); break;
                case "dispatched": Dispatched(); break;
                case "thread": { var t = new Thread(() => Chain(0)) { Name = "loader-1" }; t.Start(); t.Join(); break; }
                case "recursion": Deep(300); break;
                case "overflow": Endless(0); break;
                case "failfast": Environment.FailFast("tank is on fire", Caught(() => Chain(0))); break;
                case "assert": Trace.Assert(args.Length > 7, "seven arguments", "or more"); break;
                case "file": File.ReadAllText("/srv/app/dotnet/none.json"); break;
                case "socket": new System.Net.Sockets.TcpClient().Connect("127.0.0.1", 9); break;
                case "message": throw new RouteException("query failed:\nSELECT *\n  FROM roads\n\n ---> hint: at (place) in the log\n   at the depot", Caught(() => throw new FormatException("line one\nline two")));
                case "unicode": throw new ArgumentException("Größe ungültig — 無効 ☕", "größe");
                case "empty": throw new Exception("");
                case "null": throw null;
                case "finalizer": { Dying = true; Caught(() => new Truck(1)); GC.Collect(); GC.WaitForPendingFinalizers(); Thread.Sleep(3000); break; }
                case "trace": Console.WriteLine("trail:\n" + Environment.StackTrace + "\ndone"); break;
                case "expression":
                    {
                        var x = System.Linq.Expressions.Expression.Parameter(typeof(string), "x");
                        var f = System.Linq.Expressions.Expression.Lambda<Func<string, int>>(System.Linq.Expressions.Expression.Property(x, "Length"), x).Compile();
                        Console.WriteLine(f(null)); break;
                    }
                default: Logged(args[0]); break;
            }
        }
    }
}
