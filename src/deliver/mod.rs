//! Delivery. In: the outbox. Out: envelopes over HTTP, one worker per receiver; or the terminal.
//!
//! Never blocks one receiver on another. Never sends before the time that a rate limit announced. Never logs a key, and
//! logs changes of state only.
//!
//! Towards a receiver HTTP gives *at least once*: an event leaves the outbox after its answer, so a crash between the two
//! sends it again, under the same `event_id`. Sentry, Bugsink and GlitchTip drop the second by that id. What is lost, and
//! why, is a [`DropReason`](crate::store::DropReason): in the ledger always, in a client report where the receiver cannot know.

mod backoff;
mod console;
mod departure;
mod envelope;
mod file;
mod gate;
mod http;
mod kept;
mod landing;
mod limits;
mod local;
mod outbox;
mod pace;
mod queue;
mod reply;
mod reports;
mod settings;
mod shrink;
mod single;
mod standing;
mod tls;
mod worker;

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

pub use outbox::Outbox;
pub use settings::{Render, Settings};
pub use single::{Word, ask, send};
pub use standing::{Standing, Why};

use crate::config::Receiver;
use crate::os::Clock;
use crate::os::chance::Chance;
use crate::route::Routes;

use envelope::Packer;
use http::Remote;
use local::{Local, Out};
use settings::Ways;
use standing::{Line, Order};
use worker::{Parts, Worker};

/// A receiver, and the name under which the store keeps its events.
#[derive(Debug, Clone)]
pub struct Target {
    /// Stable, no secret in it.
    pub store_key: String,
    /// Where to.
    pub receiver: Receiver,
}

impl Target {
    /// Each receiver of the configuration once.
    #[must_use]
    pub fn all(routes: &Routes) -> Vec<Self> {
        let receivers = routes.receivers().into_iter();
        receivers
            .map(|(store_key, receiver)| Self {
                store_key: store_key.to_owned(),
                receiver: receiver.clone(),
            })
            .collect()
    }
}

/// What a worker needs of the world.
#[derive(Clone)]
pub struct Machine {
    /// The store.
    pub outbox: Arc<dyn Outbox>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Jitter.
    pub chance: Arc<dyn Chance>,
}

/// What a drain left behind for one receiver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Which.
    pub store_key: String,
    /// How many events.
    pub events: u64,
    /// For what they wait; `None`: there was no time for more.
    pub why: Option<Why>,
}

/// The workers.
pub struct Deliverer {
    handle: Handle,
    ways: Mutex<Ways>,
    machine: Machine,
    packer: Arc<Mutex<Packer>>,
    posts: Mutex<BTreeMap<String, Post>>,
    drains: Mutex<u64>,
}

/// What a worker does, until it is told to stop.
type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// One worker at its place.
struct Post {
    receiver: Receiver,
    line: Arc<Line>,
    task: JoinHandle<()>,
}

impl Deliverer {
    /// Starts a worker per receiver on `handle`'s runtime (it needs timers and I/O).
    #[must_use]
    pub fn start(
        handle: &Handle,
        settings: Settings,
        targets: Vec<Target>,
        machine: Machine,
    ) -> Self {
        let deliverer = Self {
            handle: handle.clone(),
            ways: Mutex::new(Ways::of(settings)),
            machine,
            packer: Arc::default(),
            posts: Mutex::default(),
            drains: Mutex::new(0),
        };
        deliverer.add(targets);
        deliverer
    }

    /// Starts workers for receivers that have none yet, and anew where the address changed (after a reload). The others
    /// go on, those of receivers that are not named any more too: what waits for them is still delivered.
    pub fn add(&self, targets: Vec<Target>) {
        let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        for Target {
            store_key,
            receiver,
        } in targets
        {
            let before = posts.remove(&store_key);
            let post = match before {
                Some(post) if post.receiver == receiver => post,
                before => {
                    let before = before.map(|post| {
                        post.line.tell(Order::Stop);
                        post.task
                    });
                    self.post(&store_key, receiver, before)
                }
            };
            posts.insert(store_key, post);
        }
    }

    /// After a reload: other settings hold for all workers from here on, and receivers are added as by
    /// [`Deliverer::add`]. What is on its way comes back first, to the worker that sent it.
    pub fn reload(&self, settings: Settings, targets: Vec<Target>) {
        let mut ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        let anew = !ways.settings.same_as(&settings);
        if anew {
            *ways = Ways::of(settings);
        }
        drop(ways);
        self.add(targets);
        if anew {
            let mut posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
            *posts = std::mem::take(&mut *posts)
                .into_iter()
                .map(|(store_key, post)| {
                    post.line.tell(Order::Stop);
                    let next = self.post(&store_key, post.receiver, Some(post.task));
                    (store_key, next)
                })
                .collect();
        }
    }

    /// Something was committed for this receiver: an event, or a drop that is to be reported. From any thread, cheap.
    pub fn wake(&self, store_key: &str) {
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(post) = posts.get(store_key) {
            post.line.wake();
        }
    }

    /// How each receiver stands.
    #[must_use]
    pub fn standings(&self) -> Vec<(String, Standing)> {
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        posts
            .iter()
            .map(|(key, post)| (key.clone(), post.line.standing()))
            .collect()
    }

    /// Sends all that waits, client reports too, until nothing is left, what is left may not go within `within`, a
    /// receiver refuses the DSN, or the time is over. What is left stays in the outbox.
    pub async fn drain(&self, within: Duration) -> Vec<Left> {
        let order = {
            let mut drains = self.drains.lock().unwrap_or_else(PoisonError::into_inner);
            *drains += 1;
            Order::Drain(*drains)
        };
        let deadline = self.machine.clock.now().mono + within;
        let mut left = Vec::new();
        let mut waits = tokio::task::JoinSet::new();
        for (store_key, line) in self.lines() {
            line.tell(order);
            waits.spawn(async move {
                let stood = line.stands(order, |standing| is_drained(standing, deadline));
                let stood = tokio::time::timeout(within, stood).await;
                (store_key, line, stood.ok().flatten())
            });
        }
        while let Some(waited) = waits.join_next().await {
            let Ok((store_key, line, stood)) = waited else {
                continue;
            };
            line.tell(Order::Run);
            let events = self.machine.outbox.waiting_events(&store_key);
            if events > 0 {
                let why = match stood {
                    Some(Standing::Waiting { why, .. }) => Some(why),
                    _ => None,
                };
                left.push(Left {
                    store_key,
                    events,
                    why,
                });
            }
        }
        left.sort_by(|a, b| a.store_key.cmp(&b.store_key));
        left
    }

    /// No new envelopes; those on their way come back and are settled, for at most `within`. What waits stays in the
    /// outbox.
    pub async fn stop(&self, within: Duration) {
        let posts = std::mem::take(&mut *self.posts.lock().unwrap_or_else(PoisonError::into_inner));
        for post in posts.values() {
            post.line.tell(Order::Stop);
        }
        let mut tasks: Vec<JoinHandle<()>> = posts.into_values().map(|post| post.task).collect();
        let all = async {
            for task in &mut tasks {
                let _ended_or_panicked = task.await;
            }
        };
        if tokio::time::timeout(within, all).await.is_err() {
            tracing::warn!(
                "a receiver did not answer in time; what it was sent last is sent again at the next start"
            );
        }
        for task in tasks {
            task.abort();
        }
    }

    /// Starts a worker, behind the one `before` it.
    fn post(&self, store_key: &str, receiver: Receiver, before: Option<JoinHandle<()>>) -> Post {
        let line = Arc::new(Line::new());
        let work = self.work(store_key, &receiver, Arc::clone(&line));
        let task = self.handle.spawn(async move {
            if let Some(before) = before {
                // Two at once would send the same rows twice.
                let _ended_or_panicked = before.await;
            }
            work.await;
        });
        Post {
            receiver,
            line,
            task,
        }
    }

    fn work(&self, store_key: &str, receiver: &Receiver, line: Arc<Line>) -> Work {
        let (store_key, machine) = (store_key.to_owned(), self.machine.clone());
        let ways = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        let Ways { settings, trust } = ways.clone();
        drop(ways);
        let out = match receiver {
            Receiver::Console => Some(Out::Terminal(settings.render)),
            Receiver::File(path) => Some(Out::File(path.clone())),
            Receiver::Dsn(_) | Receiver::Spotlight(_) => None,
        };
        if let Some(out) = out {
            let local = Local::new(store_key, machine, line, out);
            return Box::pin(local.run());
        }
        // Clients bind to the runtime that they are made in.
        let _entered = self.handle.enter();
        let remote = Remote::new(receiver, &trust).inspect_err(|why| {
            tracing::error!(%receiver, %why, "this receiver cannot be reached; its events wait");
        });
        let Ok(remote) = remote else {
            return Box::pin(standing::unreachable(line));
        };
        let worker = Worker::new(Parts {
            receiver: store_key,
            shown: receiver.to_string(),
            remote,
            dsn_json: envelope::dsn_json(receiver),
            packer: Arc::clone(&self.packer),
            settings,
            machine,
            line,
        });
        Box::pin(worker.run())
    }

    fn lines(&self) -> Vec<(String, Arc<Line>)> {
        let posts = self.posts.lock().unwrap_or_else(PoisonError::into_inner);
        posts
            .iter()
            .map(|(key, post)| (key.clone(), Arc::clone(&post.line)))
            .collect()
    }
}

/// Whether waiting longer would bring nothing.
fn is_drained(standing: Standing, deadline: Duration) -> bool {
    match standing {
        Standing::Busy => false,
        Standing::Idle => true,
        Standing::Waiting { until, why } => why == Why::Refusal || until > deadline,
    }
}
