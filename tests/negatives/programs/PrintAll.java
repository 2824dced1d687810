public class PrintAll { public static void main(String[] a) throws Exception {
  Thread t = new Thread(() -> { try { Thread.sleep(3000); } catch (InterruptedException e) { } }, "sleeper"); t.setDaemon(true); t.start(); Thread.sleep(200);
  for (var e : Thread.getAllStackTraces().entrySet()) { System.out.println(e.getKey()); for (var f : e.getValue()) System.out.println("\tat " + f); }
  } }
