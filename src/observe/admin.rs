//! The admin socket. In: connections of people and tools on this host, each with one line. Out: one JSON document each. However
//! slow, many or hostile they are, the agent does not wait for them: each has its time, its bytes, and there are few.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::board::Board;
use super::status::{Answer, Status};
use crate::bounds::{
    ADMIN_CLIENTS_MAX, ADMIN_LINE_BYTES_MAX, ADMIN_RELOAD_MS_MAX, ADMIN_TALK_MS_MAX,
};
use crate::os::socket::Listening;

/// Asks for a reload, and gives the number of the wish.
pub type AskReload = Arc<dyn Fn() -> u64 + Send + Sync>;

/// Answers for as long as it is polled. Needs a runtime with I/O and timers around it.
///
/// # Errors
/// The runtime cannot take the socket.
pub async fn serve(
    listening: Listening,
    board: Arc<Board>,
    ask_reload: AskReload,
) -> std::io::Result<()> {
    let listener = UnixListener::from_std(listening.socket()?)?;
    let places = Arc::new(Semaphore::new(ADMIN_CLIENTS_MAX));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // No descriptor is left: it is not asked again at once.
            tokio::time::sleep(Duration::from_millis(ADMIN_TALK_MS_MAX / 10)).await;
            continue;
        };
        // Who finds no place is not heard.
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            continue;
        };
        let (board, ask_reload) = (Arc::clone(&board), Arc::clone(&ask_reload));
        tokio::spawn(async move {
            one(stream, &board, &ask_reload).await;
            drop(place);
        });
    }
}

/// One client, from its line to its answer.
async fn one(mut stream: UnixStream, board: &Board, ask_reload: &AskReload) {
    let patience = Duration::from_millis(ADMIN_TALK_MS_MAX);
    let Ok(Some(line)) = timeout(patience, line(&mut stream)).await else {
        return;
    };
    let answer = answer(&line, board, ask_reload).await;
    let _gone_or_too_slow = timeout(patience, async {
        stream.write_all(&answer).await?;
        stream.shutdown().await
    })
    .await;
}

/// What stands before the first line end, or before the end. `None`: too much.
async fn line(stream: &mut UnixStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut read = [0; ADMIN_LINE_BYTES_MAX];
    loop {
        let count = stream.read(&mut read).await.ok()?;
        bytes.extend_from_slice(read.get(..count)?);
        let end = memchr::memchr(b'\n', &bytes);
        if end.is_some() || count == 0 {
            bytes.truncate(end.unwrap_or(bytes.len()));
            return String::from_utf8(bytes).ok();
        }
        if bytes.len() >= ADMIN_LINE_BYTES_MAX {
            return None;
        }
    }
}

async fn answer(line: &str, board: &Board, ask_reload: &AskReload) -> Vec<u8> {
    match line.trim() {
        "status" => {
            let (answer, status) = board.status().await;
            json(&Whole {
                answer: &answer,
                status: status.as_deref(),
            })
        }
        "reload" => {
            let reloaded = board.reloaded(ask_reload());
            match timeout(Duration::from_millis(ADMIN_RELOAD_MS_MAX), reloaded).await {
                Ok(reloaded) => json(&*reloaded),
                Err(_) => error("the agent has not come to it yet; it will reload when it does"),
            }
        }
        _ => error("not known; what can be asked is: status, reload"),
    }
}

/// An [`Answer`] without a copy of the status.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    answer: &'a Answer,
    #[serde(flatten)]
    status: Option<&'a Status>,
}

fn error(text: &str) -> Vec<u8> {
    json(&serde_json::json!({ "error": text }))
}

fn json(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixStream as Client;
    use std::path::{Path, PathBuf};
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;
    use crate::observe::status::Reloaded;
    use crate::os::clock::SystemClock;
    use crate::os::socket::ask;
    use crate::os::wake::Wake;

    const LONG: Duration = Duration::from_secs(20);

    /// A server on a thread of its own; its reading thread answers at once.
    struct Rig {
        _dir: tempfile::TempDir,
        path: PathBuf,
    }

    impl Rig {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("admin.sock");
            let listening = Listening::at(&path).unwrap();
            let wake = Wake::new().unwrap();
            let board = Arc::new(Board::new(wake.clone(), Arc::new(SystemClock::new())));
            let wishes = Arc::new(AtomicU64::new(0));
            let asked = Arc::clone(&wishes);
            let nudged = wake.clone();
            let ask_reload: AskReload = Arc::new(move || {
                let wish = asked.fetch_add(1, Ordering::AcqRel) + 1;
                nudged.nudge();
                wish
            });
            let reading = Arc::clone(&board);
            std::thread::spawn(move || {
                loop {
                    if reading.take_asked().status {
                        reading.publish(Status::default());
                    }
                    let wish = wishes.load(Ordering::Acquire);
                    let changes = format!("wish {wish}");
                    let reloaded = Reloaded {
                        changes,
                        ..Reloaded::default()
                    };
                    reading.publish_reload(wish, reloaded);
                    wake.wait(None);
                }
            });
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()
                    .unwrap();
                runtime.block_on(serve(listening, board, ask_reload))
            });
            Self { _dir: dir, path }
        }

        fn ask(&self, line: &str) -> serde_json::Value {
            let bytes = ask(&self.path, line, LONG, 1 << 20).unwrap();
            serde_json::from_slice(&bytes).unwrap()
        }
    }

    fn connect(path: &Path) -> Client {
        let client = Client::connect(path).unwrap();
        client.set_read_timeout(Some(LONG)).unwrap();
        client
    }

    /// What the server says until it hangs up.
    fn rest(mut client: Client) -> Vec<u8> {
        let mut bytes = Vec::new();
        let _reset_is_an_end_too = client.read_to_end(&mut bytes);
        bytes
    }

    #[test]
    fn each_line_has_its_document() {
        let rig = Rig::new();
        let status = rig.ask("status");
        assert_eq!(status["answers"], true);
        assert!(status["agent"]["version"].is_string() && status["apps"].is_array());
        let read: Answer = serde_json::from_value(status).unwrap();
        assert_eq!(read.status, Some(Status::default()));
        assert_eq!(rig.ask("reload")["changes"], "wish 1");
        assert_eq!(rig.ask(" reload\r")["changes"], "wish 2");
        for unknown in ["", "stat", "{\"ask\": 1}", "\u{1b}[2J"] {
            let answer = rig.ask(unknown);
            assert!(answer["error"].as_str().unwrap().starts_with("not known"));
        }
    }

    #[test]
    fn who_says_too_much_nothing_or_no_text_is_left() {
        let rig = Rig::new();
        let mut talking = connect(&rig.path);
        talking
            .write_all(&[b'x'; 4 * ADMIN_LINE_BYTES_MAX])
            .unwrap();
        assert_eq!(rest(talking), b"");
        let mut odd = connect(&rig.path);
        odd.write_all(b"\xff\xfe\n").unwrap();
        assert_eq!(rest(odd), b"");
        let mut half = connect(&rig.path);
        half.write_all(b"stat").unwrap();
        // It ends by the server's time-out, not by ours.
        assert_eq!(rest(half), b"");
        assert_eq!(rig.ask("status")["answers"], true);
    }

    #[test]
    fn those_who_hold_all_places_do_so_for_a_bounded_time() {
        let rig = Rig::new();
        let silent: Vec<_> = (0..ADMIN_CLIENTS_MAX).map(|_| connect(&rig.path)).collect();
        let mut turned_away = connect(&rig.path);
        let _reset = turned_away.write_all(b"status\n");
        assert_eq!(rest(turned_away), b"");
        for client in silent {
            assert_eq!(rest(client), b"");
        }
        assert_eq!(rig.ask("status")["answers"], true);
    }
}
