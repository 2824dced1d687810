//! The file itself: made, locked, checked, set aside.

use std::os::unix::fs::PermissionsExt;

use stacktail::source::FileState;
use stacktail::store::{Batch, Store, StoreError};

use crate::support::{batch_of, checkpoint, decided, event, now, opened, origin, stream_end};

#[test]
fn what_is_stored_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut first = checkpoint(1, 100);
    first.decided = vec![decided(120), decided(150)];
    first.ends = vec![stream_end(u64::MAX, 90), stream_end(2, 95)];
    let mut second = checkpoint(2, u64::from(u32::MAX) + 9);
    second.state = FileState::Copy;
    second.mid_line = true;
    second.birth = None;
    let store = opened(dir.path());
    let salt = store.load().unwrap().salt;
    let batch = Batch {
        checkpoints: vec![first.clone(), second.clone()],
        globs_seen: vec![b"/var/log/\xff*.log".to_vec()],
        durable: true,
        ..Batch::new(now())
    };
    store.commit(&batch).unwrap();
    drop(store);
    let store = opened(dir.path());
    let mut stored = store.load().unwrap();
    stored.checkpoints[0].ends.sort_by_key(|end| end.end);
    assert_eq!(stored.checkpoints, vec![first, second]);
    assert_eq!(stored.globs_seen, batch.globs_seen);
    assert_eq!(stored.salt, salt);
    assert_ne!(salt, [0; 16]);
}

#[test]
fn spans_and_ends_follow_the_last_commit() {
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path());
    let mut file = checkpoint(1, 0);
    for round in 0..5_u64 {
        file.decided = (round..round + 3).map(|n| decided(n * 20)).collect();
        file.ends = vec![stream_end(round % 2, round), stream_end(7, 1)];
        let batch = Batch {
            checkpoints: vec![file.clone()],
            ..Batch::new(now())
        };
        store.commit(&batch).unwrap();
        let mut stored = store.load().unwrap().checkpoints;
        stored[0].ends.sort_by_key(|end| end.stream);
        assert_eq!(stored, vec![file.clone()], "round {round}");
    }
    let batch = Batch {
        forgotten: vec![origin(1)],
        ..Batch::new(now())
    };
    store.commit(&batch).unwrap();
    assert!(store.load().unwrap().checkpoints.is_empty());
}

#[test]
fn it_is_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("deep/state");
    let (store, report) = Store::open(&state, now()).unwrap();
    assert!(report.created);
    store.commit(&batch_of(vec![event("a", "x", 1)])).unwrap();
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    for name in ["state.db", "state.db-wal", "state.db-shm", "lock"] {
        assert_eq!(mode(&state.join(name)), 0o600, "{name}");
    }
}

#[test]
fn two_cannot_use_one_folder() {
    let dir = tempfile::tempdir().unwrap();
    let store = opened(dir.path());
    let error = Store::open(dir.path(), now()).unwrap_err();
    let said = error.to_string();
    assert!(matches!(error, StoreError::InUse { .. }), "{said}");
    assert!(said.contains(&std::process::id().to_string()), "{said}");
    drop(store);
    opened(dir.path());
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    drop(opened(dir.path()));
    let path = dir.path().join("state.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.pragma_update(None, "user_version", 99).unwrap();
    drop(conn);
    let said = Store::open(dir.path(), now()).unwrap_err().to_string();
    assert!(said.contains("schema 99"), "{said}");
    assert!(path.exists());
}

#[test]
fn a_database_of_something_else_is_refused_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state.db");
    let conn = rusqlite::Connection::open(&path).unwrap();
    conn.execute_batch("CREATE TABLE theirs (n)").unwrap();
    drop(conn);
    let before = std::fs::metadata(&path).unwrap().len();
    let error = Store::open(dir.path(), now()).unwrap_err();
    assert!(matches!(error, StoreError::Foreign { .. }), "{error}");
    assert_eq!(std::fs::metadata(&path).unwrap().len(), before);
}

#[test]
fn a_damaged_file_is_set_aside_and_the_agent_starts() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state.db");
    let damages: [&dyn Fn(); 3] = [
        &|| std::fs::write(&path, [0; 8192]).unwrap(),
        &|| std::fs::write(&path, b"not a database at all").unwrap(),
        &|| {
            let mut bytes = std::fs::read(&path).unwrap();
            for byte in &mut bytes[4096..] {
                *byte = 0x5a;
            }
            std::fs::write(&path, bytes).unwrap();
        },
    ];
    for (round, damage) in damages.into_iter().enumerate() {
        let store = opened(dir.path());
        store.commit(&batch_of(vec![event("a", "x", 1)])).unwrap();
        drop(store);
        damage();
        let at = now() + std::time::Duration::from_secs(round as u64);
        let (store, report) = Store::open(dir.path(), at).unwrap();
        let aside = report.set_aside.unwrap();
        assert!(aside.path.exists(), "{aside}");
        assert!(aside.to_string().contains("What this may have cost"));
        assert_eq!(store.outbox_total(), 0);
        store.commit(&batch_of(vec![event("a", "x", 2)])).unwrap();
    }
}

#[test]
fn only_the_last_damaged_files_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..6 {
        std::fs::write(dir.path().join("state.db"), b"not a database at all").unwrap();
        let at = now() + std::time::Duration::from_secs(round);
        let (_store, report) = Store::open(dir.path(), at).unwrap();
        assert!(report.set_aside.is_some());
    }
    let kept = std::fs::read_dir(dir.path())
        .unwrap()
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().contains("corrupt")
        })
        .count();
    assert_eq!(kept, 3);
}

#[test]
fn a_folder_that_cannot_be_used_says_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let said = Store::open(&file.join("state"), now())
        .unwrap_err()
        .to_string();
    assert!(said.contains("set `state_dir` to another folder"), "{said}");
    let link = dir.path().join("linked");
    std::fs::create_dir(&link).unwrap();
    std::os::unix::fs::symlink(&file, link.join("state.db")).unwrap();
    let said = Store::open(&link, now()).unwrap_err().to_string();
    assert!(said.contains("state.db"), "{said}");
}
