//! The thread that delivers and listens for signals. In: receivers and the store. Out: requests; at the end what is left.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::OnCommit;
use super::live::Stop;
use super::start::{Machine, Mode};
use crate::bounds;
use crate::config::Config;
use crate::deliver::{self, Deliverer, Left, Render, Settings, Target};
use crate::observe::admin::{self, AskReload};
use crate::observe::board::Board;
use crate::observe::watchdog;
use crate::os::notify::Notifier;
use crate::os::socket::Listening;
use crate::route::Routes;
use crate::store::Store;

/// One thread with a runtime of its own; hired before anything else, so that no signal is missed.
pub struct Courier {
    /// Asked by SIGTERM and SIGINT.
    pub stop: Stop,
    handle: Handle,
    thread: JoinHandle<Vec<Left>>,
    orders: oneshot::Sender<(Arc<Deliverer>, Mode)>,
}

impl Courier {
    /// Starts the thread; signals are heard from here on, SIGHUP too where it `reloads`.
    ///
    /// # Errors
    /// The kernel has no thread, descriptor or signal for it.
    pub fn hire(reloads: bool) -> std::io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let stop = Stop::new()?;
        let handle = runtime.handle().clone();
        let signals = {
            let _entered = runtime.enter();
            Signals {
                terminate: signal(SignalKind::terminate())?,
                interrupt: signal(SignalKind::interrupt())?,
                hangup: reloads.then(|| signal(SignalKind::hangup())).transpose()?,
            }
        };
        let (orders, ordered) = oneshot::channel();
        let heard = stop.clone();
        let thread = std::thread::Builder::new()
            .name("deliver".to_owned())
            .spawn(move || {
                let left = runtime.block_on(async {
                    let listening = tokio::spawn(listen(signals, heard.clone()));
                    let left = serve(ordered, &heard).await;
                    listening.abort();
                    left
                });
                runtime.shutdown_timeout(Duration::from_millis(bounds::SHUTDOWN_MS_MAX / 10));
                left
            })?;
        Ok(Self {
            stop,
            handle,
            thread,
            orders,
        })
    }

    /// Starts to deliver what waits in the store and what will come.
    #[must_use]
    pub fn deliver(
        &self,
        config: &Config,
        store: &Arc<Store>,
        machine: &Machine,
        render: Render,
    ) -> Arc<Deliverer> {
        let world = deliver::Machine {
            outbox: Arc::clone(store) as _,
            clock: Arc::clone(&machine.clock),
            chance: Arc::clone(&machine.chance),
        };
        let settings = Settings::of(&config.host, render);
        let targets = Target::all(&Routes::new(&config.apps));
        Arc::new(Deliverer::start(&self.handle, settings, targets, world))
    }

    /// Lets the board be asked on the admin socket, and vouches for the reading thread to systemd's watchdog.
    pub fn observe(
        &self,
        board: &Arc<Board>,
        admin: Option<Listening>,
        notifier: Option<&Arc<Notifier>>,
    ) {
        if let Some(admin) = admin {
            let stop = self.stop.clone();
            let ask_reload: AskReload = Arc::new(move || stop.ask_reload());
            let board = Arc::clone(board);
            self.handle.spawn(async move {
                if let Err(error) = admin::serve(admin, board, ask_reload).await {
                    tracing::warn!("the admin socket cannot be served: {error}");
                }
            });
        }
        if let Some((notifier, period)) = notifier.and_then(|it| Some((it, it.watchdog()?))) {
            let watching = watchdog::watch(Arc::clone(board), Arc::clone(notifier), period);
            self.handle.spawn(watching);
        }
    }

    /// The end: `--once` waits until all is delivered or nothing more goes; a stop waits for what is under way.
    #[must_use]
    pub fn finish(self, deliverer: Arc<Deliverer>, mode: Mode) -> Vec<Left> {
        let _thread_gone = self.orders.send((deliverer, mode));
        self.thread.join().unwrap_or_default()
    }
}

/// Tells the workers which receivers have something new.
#[must_use]
pub fn waking(deliverer: &Arc<Deliverer>) -> OnCommit {
    let deliverer = Arc::clone(deliverer);
    Box::new(move |receivers| {
        for receiver in receivers {
            deliverer.wake(receiver);
        }
    })
}

/// Lets the workers work until the end is ordered.
async fn serve(ordered: oneshot::Receiver<(Arc<Deliverer>, Mode)>, stop: &Stop) -> Vec<Left> {
    let Ok((deliverer, mode)) = ordered.await else {
        return Vec::new();
    };
    let mut left = Vec::new();
    if mode.once && !stop.is_asked() {
        left = drain(&deliverer, stop).await;
    }
    deliverer
        .stop(Duration::from_millis(bounds::SHUTDOWN_MS_MAX / 2))
        .await;
    left
}

/// Delivers until nothing more goes, or a stop is asked.
async fn drain(deliverer: &Deliverer, stop: &Stop) -> Vec<Left> {
    tokio::select! {
        left = deliverer.drain(Duration::from_millis(bounds::DRAIN_MS_MAX)) => left,
        () = stop.asked() => Vec::new(),
    }
}

/// What the process listens to.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    /// `None`: it ends the process, as the kernel has it.
    hangup: Option<Signal>,
}

/// SIGTERM and SIGINT ask for a stop, each SIGHUP before for a reload.
async fn listen(mut signals: Signals, stop: Stop) {
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => break,
            _ = signals.interrupt.recv() => break,
            () = heard(&mut signals.hangup) => {
                stop.ask_reload();
            }
        }
    }
    stop.ask();
}

/// The next of it; never, where it is not listened to.
async fn heard(signal: &mut Option<Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending::<()>().await;
}
