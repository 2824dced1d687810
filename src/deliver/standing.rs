//! How a worker stands, and what it is told to do: the two things that others and it share.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};

/// How one receiver stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Envelopes are on their way or about to be.
    Busy,
    /// Nothing waits.
    Idle,
    /// Something waits, and nothing goes out before a time of the monotonic clock.
    Waiting {
        /// When the next attempt is.
        until: Duration,
        /// For what.
        why: Why,
    },
}

/// What a receiver's events wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The receiver's limit to end.
    Limit,
    /// The receiver to answer.
    Outage,
    /// The receiver to take the DSN.
    Refusal,
    /// `send_rate`, or the pace of recovery.
    Pace,
    /// The state file to work again.
    Store,
    /// Another configuration: with this one no connection can be made.
    Settings,
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Limit => "the receiver limits what it takes",
            Self::Outage => "the receiver does not answer as it should",
            Self::Refusal => "the receiver refuses the DSN",
            Self::Pace => "send_rate holds it back",
            Self::Store => "the state file cannot be read or written",
            Self::Settings => "it cannot be reached with these settings",
        })
    }
}

/// What a worker is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Send what comes.
    Run,
    /// Send all, reports too; the number tells one drain from another.
    Drain(u64),
    /// Send nothing more, settle what comes back, end.
    Stop,
}

/// The line to a worker.
#[derive(Debug)]
pub(super) struct Line {
    nudge: Notify,
    order: Mutex<Order>,
    standing: watch::Sender<(Order, Standing)>,
}

impl Line {
    pub(super) fn new() -> Self {
        Self {
            nudge: Notify::new(),
            order: Mutex::new(Order::Run),
            standing: watch::Sender::new((Order::Run, Standing::Busy)),
        }
    }

    /// Something came in. From any thread; many are one.
    pub(super) fn wake(&self) {
        self.nudge.notify_one();
    }

    /// From now on.
    pub(super) fn tell(&self, order: Order) {
        *self.order.lock().unwrap_or_else(PoisonError::into_inner) = order;
        self.wake();
    }

    pub(super) fn order(&self) -> Order {
        *self.order.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Until somebody wakes it.
    pub(super) async fn woken(&self) {
        self.nudge.notified().await;
    }

    /// Under `order`, this is how it stands.
    pub(super) fn stand(&self, order: Order, standing: Standing) {
        self.standing.send_if_modified(|last| {
            let changed = *last != (order, standing);
            *last = (order, standing);
            changed
        });
    }

    pub(super) fn standing(&self) -> Standing {
        self.standing.borrow().1
    }

    /// Until it stands, under `order`, as `enough` asks; `None` if the worker is gone.
    pub(super) async fn stands(
        &self,
        order: Order,
        enough: impl Fn(Standing) -> bool,
    ) -> Option<Standing> {
        let mut receiver = self.standing.subscribe();
        let stood = receiver.wait_for(|(under, standing)| *under == order && enough(*standing));
        stood.await.ok().map(|stood| stood.1)
    }
}

/// Where no connection can be made: until the end it stands and waits.
pub(super) async fn unreachable(line: std::sync::Arc<Line>) {
    loop {
        let order = line.order();
        if order == Order::Stop {
            return line.stand(order, Standing::Idle);
        }
        let standing = Standing::Waiting {
            until: Duration::MAX,
            why: Why::Settings,
        };
        line.stand(order, standing);
        line.woken().await;
    }
}
