using System; using System.Threading;
class Dump { static void Work() { Thread.Sleep(6000); } static void Main(string[] a) { if (a.Length > 0) { Console.WriteLine(Environment.StackTrace); return; } var t = new Thread(Work); t.Name = "orders"; t.IsBackground = true; t.Start(); Thread.Sleep(6000); } }
