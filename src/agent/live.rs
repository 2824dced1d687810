//! The agent's reading thread. In: a ready [`Agent`], and a [`Stop`] that a signal asks. Out: everything that was read is
//! committed when it returns. Never ends because the state file cannot be written: it waits, and says so once.
//!
//! Between two turns the agent may hand over to another that a [`Reload`] made.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use crate::bounds;
use crate::os::wake::Wake;

use super::observed::Observed;
use super::reload::Reload;
use super::{Agent, Turn};

/// Told to stop, or to reload? Set by a signal, seen by the reading thread.
#[derive(Debug, Clone)]
pub struct Stop {
    asked: Arc<AtomicBool>,
    /// Wishes for a reload, and those of them that are taken up.
    wishes: Arc<AtomicU64>,
    taken: Arc<AtomicU64>,
    told: Arc<tokio::sync::Notify>,
    wake: Wake,
}

impl Stop {
    /// Not asked yet.
    ///
    /// # Errors
    /// When the kernel has no descriptor left.
    pub fn new() -> std::io::Result<Self> {
        Ok(Self {
            asked: Arc::default(),
            wishes: Arc::default(),
            taken: Arc::default(),
            told: Arc::default(),
            wake: Wake::new()?,
        })
    }

    /// Asks, and wakes the reading thread.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Release);
        self.told.notify_one();
        self.wake.nudge();
    }

    /// Asks for a reload, and wakes the reading thread. The number of the wish.
    pub fn ask_reload(&self) -> u64 {
        let wish = self.wishes.fetch_add(1, Ordering::AcqRel) + 1;
        self.wake.nudge();
        wish
    }

    /// The last wish for a reload since the last call. One that comes while its reload runs is another.
    fn take_reload(&self) -> Option<u64> {
        let wishes = self.wishes.load(Ordering::Acquire);
        (self.taken.swap(wishes, Ordering::AcqRel) < wishes).then_some(wishes)
    }

    /// Resolves when it is asked; for one waiter.
    pub async fn asked(&self) {
        if !self.is_asked() {
            self.told.notified().await;
        }
    }

    /// Was it asked?
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.asked.load(Ordering::Acquire)
    }

    /// What the reading thread waits on.
    #[must_use]
    pub fn wake(&self) -> &Wake {
        &self.wake
    }
}

/// Reads until the source is done or a stop is asked. A failed commit is said once and tried again every second. `reload`:
/// what gives a new agent in the place of this one, and who is told of it.
pub fn read_all(agent: &mut Agent, stop: &Stop, mut reload: Option<(Reload, Observed)>) {
    let mut failing = false;
    while !stop.is_asked() {
        if let Some((reload, observed)) = &mut reload {
            take_over(agent, stop, reload, observed);
        }
        let turn = agent.turn();
        if let Some((reload, observed)) = &mut reload {
            observed.turned(agent, turn.as_ref().ok().copied(), reload);
        }
        match turn {
            Ok(Turn::Busy) => {}
            Ok(Turn::Done) => break,
            Ok(Turn::Idle(until)) => {
                if std::mem::take(&mut failing) {
                    tracing::info!(
                        "the state file can be written again; reading goes on where the last commit stands"
                    );
                }
                let until = reload.as_ref().map_or(until, |(it, _)| it.wake_by(until));
                agent.wait(until, stop.wake());
            }
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    tracing::error!(
                        "{error}; nothing is lost, the files are read again once it can be written"
                    );
                }
                let retry = Duration::from_millis(bounds::COMMIT_RETRY_MS);
                stop.wake().wait(Some(retry));
            }
        }
    }
    if let Some((_, observed)) = &reload {
        observed.stops();
    }
    if let Err(error) = agent.stop() {
        tracing::error!("{error}; what was read last is read again at the next start");
    }
}

/// Another agent takes over where one is due; who wished for it is told.
fn take_over(agent: &mut Agent, stop: &Stop, reload: &mut Reload, observed: &mut Observed) {
    let wish = stop.take_reload();
    if wish.is_some() {
        observed.reloads();
    }
    if let Some(successor) = reload.successor(agent, wish.is_some()) {
        let before = std::mem::replace(agent, successor);
        agent.go_on_counting(before);
    }
    if let Some(wish) = wish {
        observed.reloaded(wish, reload.last(), agent, reload);
    }
}
