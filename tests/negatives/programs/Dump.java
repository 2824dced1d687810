import java.util.concurrent.*;
public class Dump {
  static final Object A = new Object(), B = new Object();
  static void lock(Object first, Object second, CountDownLatch both) { synchronized (first) { both.countDown(); try { both.await(); } catch (InterruptedException e) { } synchronized (second) { } } }
  public static void main(String[] a) throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    if (a.length > 0) { new Thread(() -> lock(A, B, both), "locker-1").start(); new Thread(() -> lock(B, A, both), "locker-2").start(); }
    ExecutorService pool = Executors.newFixedThreadPool(2, r -> { Thread t = new Thread(r, "order-Exception-worker"); t.setDaemon(true); return t; });
    pool.submit(() -> new LinkedBlockingQueue<String>().take());
    pool.submit(() -> { Thread.sleep(60000); return 1; });
    Thread.sleep(8000); System.exit(0);
  }
}
