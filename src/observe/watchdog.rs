//! systemd's watchdog. In: the board. Out: pings, each for a turn that the reading thread made when it was asked to. A thread
//! that hangs makes none, and systemd starts the service anew.

use std::sync::Arc;
use std::time::Duration;

use super::board::Board;
use crate::os::notify::Notifier;

/// Pings at half of the time that `notifier` was given, for as long as it is polled.
pub async fn watch(board: Arc<Board>, notifier: Arc<Notifier>, period: Duration) {
    loop {
        ping(&board, &notifier).await;
        tokio::time::sleep(period / 2).await;
    }
}

async fn ping(board: &Board, notifier: &Notifier) {
    board.turned().await;
    notifier.send("WATCHDOG=1");
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixDatagram;

    use super::*;
    use crate::os::clock::SystemClock;
    use crate::os::wake::Wake;

    #[test]
    fn a_thread_that_does_not_turn_is_not_vouched_for() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_nonblocking(true).unwrap();
        let notifier = Notifier::to(path.to_str().unwrap(), None).unwrap();
        let board = Board::new(Wake::new().unwrap(), Arc::new(SystemClock::new()));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let ping = ping(&board, &notifier);
            tokio::pin!(ping);
            let early = tokio::time::timeout(Duration::from_millis(50), &mut ping).await;
            assert!(early.is_err());
            let mut bytes = [0; 64];
            let nothing = socket.recv(&mut bytes).unwrap_err();
            assert_eq!(nothing.kind(), std::io::ErrorKind::WouldBlock);
            board.take_asked();
            ping.await;
            let count = socket.recv(&mut bytes).unwrap();
            assert_eq!(&bytes[..count], b"WATCHDOG=1");
        });
    }
}
