//! The systemd journal through libsystemd, loaded at run time. In: where a journal lies. Out: its entries' fields, cursors, and
//! a descriptor that tells of new ones. It decides nothing; whoever has no libsystemd gets an error and does without.
//!
//! The one file that calls foreign code. What holds for every call: the handle comes from an `open` that gave 0, is closed once,
//! in `drop`, and is used by one thread at a time (`sd-journal(3)`, Thread safety: [`Journal`] is not `Send`). A number below zero
//! is a negative errno. The function pointers are copied out of the library, which [`Api`] keeps loaded for as long as they live.
#![expect(
    unsafe_code,
    reason = "libsystemd is C; each call's contract stands beside it"
)]

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt as _;
use std::rc::Rc;

use libloading::Library;

use super::journal::{Cursors, EntryId, JournalPlace};

/// The name under which every distribution ships it.
const LIBRARY: &str = "libsystemd.so.0";
/// `SD_JOURNAL_LOCAL_ONLY`: entries that came from other machines lie in folders that are asked for by name.
const LOCAL_ONLY: c_int = 1;

type Handle = *mut c_void;
type OnHandle = unsafe extern "C" fn(Handle) -> c_int;
type OpenIn = unsafe extern "C" fn(*mut Handle, *const c_char, c_int) -> c_int;

/// The functions used; those that older versions lack are optional.
struct Api {
    open: unsafe extern "C" fn(*mut Handle, c_int) -> c_int,
    open_directory: OpenIn,
    /// Since 245.
    open_namespace: Option<OpenIn>,
    close: unsafe extern "C" fn(Handle),
    set_data_threshold: unsafe extern "C" fn(Handle, usize) -> c_int,
    next: OnHandle,
    previous: OnHandle,
    seek_head: OnHandle,
    seek_tail: OnHandle,
    seek_cursor: unsafe extern "C" fn(Handle, *const c_char) -> c_int,
    test_cursor: unsafe extern "C" fn(Handle, *const c_char) -> c_int,
    get_cursor: unsafe extern "C" fn(Handle, *mut *mut c_char) -> c_int,
    get_realtime: unsafe extern "C" fn(Handle, *mut u64) -> c_int,
    /// Since 254.
    get_seqnum: Option<unsafe extern "C" fn(Handle, *mut u64, *mut [u8; 16]) -> c_int>,
    restart_data: unsafe extern "C" fn(Handle),
    /// Since 246 `sd_journal_enumerate_available_data`, which passes over what it cannot unpack.
    enumerate_data: unsafe extern "C" fn(Handle, *mut *const c_void, *mut usize) -> c_int,
    get_fd: OnHandle,
    process: OnHandle,
    _library: Library,
}

unsafe extern "C" {
    /// `free(3)` of the C library that this program runs on, which is libsystemd's too.
    fn free(pointer: *mut c_void);
}

/// Why a journal was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no libsystemd, or one without the functions that are needed.
    #[error("libsystemd cannot be loaded: {0}")]
    NoLibrary(String),
    /// It is there, and the journal is not.
    #[error("the journal cannot be opened: {0}")]
    Journal(#[from] io::Error),
}

/// An open journal, standing at an entry or before the first.
pub struct Journal {
    api: Rc<Api>,
    handle: Handle,
    cursors: Cursors,
}

impl std::fmt::Debug for Journal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Journal").finish_non_exhaustive()
    }
}

fn load() -> Result<Api, libloading::Error> {
    // SAFETY: loading runs the library's initialisers. libsystemd has none that depend on this program's state; the name has
    // no folder in it, so that only the system's own library folders are searched.
    let library = unsafe { Library::new(LIBRARY)? };
    /// Copies a function's pointer out of the library.
    macro_rules! function {
        ($name:literal) => {
            // SAFETY: the type that the field asks for is the function's as systemd/sd-journal.h declares it.
            *unsafe { library.get(concat!($name, "\0").as_bytes())? }
        };
    }
    /// The same of a function that may be absent.
    macro_rules! newer_function {
        ($name:literal) => {
            // SAFETY: as above.
            unsafe { library.get(concat!($name, "\0").as_bytes()) }
                .ok()
                .map(|symbol| *symbol)
        };
    }
    let enumerate_data = match newer_function!("sd_journal_enumerate_available_data") {
        Some(function) => function,
        None => function!("sd_journal_enumerate_data"),
    };
    Ok(Api {
        open: function!("sd_journal_open"),
        open_directory: function!("sd_journal_open_directory"),
        open_namespace: newer_function!("sd_journal_open_namespace"),
        close: function!("sd_journal_close"),
        set_data_threshold: function!("sd_journal_set_data_threshold"),
        next: function!("sd_journal_next"),
        previous: function!("sd_journal_previous"),
        seek_head: function!("sd_journal_seek_head"),
        seek_tail: function!("sd_journal_seek_tail"),
        seek_cursor: function!("sd_journal_seek_cursor"),
        test_cursor: function!("sd_journal_test_cursor"),
        get_cursor: function!("sd_journal_get_cursor"),
        get_realtime: function!("sd_journal_get_realtime_usec"),
        get_seqnum: newer_function!("sd_journal_get_seqnum"),
        restart_data: function!("sd_journal_restart_data"),
        enumerate_data,
        get_fd: function!("sd_journal_get_fd"),
        process: function!("sd_journal_process"),
        _library: library,
    })
}

/// A negative errno as an error.
fn checked(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        return Err(io::Error::from_raw_os_error(result.saturating_neg()));
    }
    Ok(result)
}

fn c_string(bytes: &[u8]) -> io::Result<CString> {
    CString::new(bytes).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))
}

impl Journal {
    /// Opens it. Fields longer than `field_bytes` may be cut where they are stored compressed.
    ///
    /// # Errors
    /// No library, or no journal.
    pub fn open(place: &JournalPlace, field_bytes: usize) -> Result<Self, OpenError> {
        let api = load().map_err(|error| OpenError::NoLibrary(error.to_string()))?;
        let mut handle: Handle = std::ptr::null_mut();
        let opened = match place {
            // SAFETY: `handle` is a valid place for the result.
            JournalPlace::Host => unsafe { (api.open)(&raw mut handle, LOCAL_ONLY) },
            JournalPlace::Namespace(name) => {
                let name = c_string(name.as_bytes())?;
                let open = api.open_namespace.ok_or_else(|| {
                    OpenError::NoLibrary("it is older than 245 and knows no namespaces".to_owned())
                })?;
                // SAFETY: as above; the name is a C string that outlives the call.
                unsafe { open(&raw mut handle, name.as_ptr(), LOCAL_ONLY) }
            }
            JournalPlace::Folder(path) => {
                let path = c_string(path.as_os_str().as_bytes())?;
                // SAFETY: as above. Flags must be 0 here.
                unsafe { (api.open_directory)(&raw mut handle, path.as_ptr(), 0) }
            }
        };
        checked(opened)?;
        let journal = Self {
            api: Rc::new(api),
            handle,
            cursors: Cursors::default(),
        };
        // SAFETY: the handle is open.
        checked(unsafe { (journal.api.set_data_threshold)(journal.handle, field_bytes) })?;
        Ok(journal)
    }

    /// Goes to the next entry; false where there is none.
    ///
    /// # Errors
    /// A file that was removed or is damaged: the caller opens the journal anew.
    pub fn step(&mut self) -> io::Result<bool> {
        // SAFETY: the handle is open.
        Ok(checked(unsafe { (self.api.next)(self.handle) })? > 0)
    }

    /// Goes to the entry before; false where there is none.
    ///
    /// # Errors
    /// As [`Journal::step`].
    pub fn previous(&mut self) -> io::Result<bool> {
        // SAFETY: the handle is open.
        Ok(checked(unsafe { (self.api.previous)(self.handle) })? > 0)
    }

    /// Goes before the first entry.
    ///
    /// # Errors
    /// As [`Journal::step`].
    pub fn seek_head(&mut self) -> io::Result<()> {
        // SAFETY: the handle is open.
        checked(unsafe { (self.api.seek_head)(self.handle) }).map(drop)
    }

    /// Goes behind the last entry; only [`Journal::previous`] makes sense then.
    ///
    /// # Errors
    /// As [`Journal::step`].
    pub fn seek_tail(&mut self) -> io::Result<()> {
        // SAFETY: the handle is open.
        checked(unsafe { (self.api.seek_tail)(self.handle) }).map(drop)
    }

    /// The next [`Journal::step`] gives the entry of this cursor or, where it is gone, the nearest later one.
    ///
    /// # Errors
    /// What is no cursor.
    pub fn seek_cursor(&mut self, cursor: &str) -> io::Result<()> {
        let cursor = c_string(cursor.as_bytes())?;
        // SAFETY: the handle is open; the C string outlives the call, and libsystemd copies what it keeps.
        checked(unsafe { (self.api.seek_cursor)(self.handle, cursor.as_ptr()) }).map(drop)
    }

    /// Does the journal stand at the entry of this cursor?
    ///
    /// # Errors
    /// It stands at no entry, or what is given is no cursor.
    pub fn is_at(&mut self, cursor: &str) -> io::Result<bool> {
        let cursor = c_string(cursor.as_bytes())?;
        // SAFETY: as above.
        Ok(checked(unsafe { (self.api.test_cursor)(self.handle, cursor.as_ptr()) })? > 0)
    }

    /// The cursor of the entry at which it stands.
    ///
    /// # Errors
    /// It stands at none.
    pub fn cursor(&mut self) -> io::Result<String> {
        self.with_cursor(|_, cursor| String::from_utf8_lossy(cursor).into_owned())
    }

    fn with_cursor<T>(&mut self, look: impl FnOnce(&mut Cursors, &[u8]) -> T) -> io::Result<T> {
        let mut text: *mut c_char = std::ptr::null_mut();
        // SAFETY: the handle is open, `text` a valid place for the result.
        checked(unsafe { (self.api.get_cursor)(self.handle, &raw mut text) })?;
        // SAFETY: on success it is a NUL-terminated string of ours, from malloc(3).
        let looked = look(
            &mut self.cursors,
            unsafe { CStr::from_ptr(text) }.to_bytes(),
        );
        // SAFETY: nothing refers to it any more, and it is freed once.
        unsafe { free(text.cast()) };
        Ok(looked)
    }

    /// What identifies the entry at which it stands.
    ///
    /// # Errors
    /// It stands at none.
    pub fn id(&mut self) -> io::Result<EntryId> {
        let Some(get_seqnum) = self.api.get_seqnum else {
            let id = self.with_cursor(Cursors::id)?;
            return id.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidData));
        };
        let (mut number, mut sequence, mut realtime) = (0, [0; 16], 0);
        // SAFETY: the handle is open; `sd_id128_t` is 16 bytes, and both results have their place.
        checked(unsafe { get_seqnum(self.handle, &raw mut number, &raw mut sequence) })?;
        // SAFETY: the handle is open, the result has its place.
        checked(unsafe { (self.api.get_realtime)(self.handle, &raw mut realtime) })?;
        Ok(EntryId {
            sequence,
            number,
            realtime: realtime.cast_signed(),
        })
    }

    /// Shows each field of the entry, as `NAME=value`, one after another.
    ///
    /// # Errors
    /// As [`Journal::step`].
    pub fn fields(&mut self, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        // SAFETY: the handle is open.
        unsafe { (self.api.restart_data)(self.handle) };
        loop {
            let (mut data, mut len): (*const c_void, usize) = (std::ptr::null(), 0);
            // SAFETY: the handle is open, both results have their place.
            let more = checked(unsafe {
                (self.api.enumerate_data)(self.handle, &raw mut data, &raw mut len)
            })?;
            if more == 0 {
                return Ok(());
            }
            if data.is_null() || len == 0 {
                continue;
            }
            // SAFETY: on success `data` points at `len` bytes which stay valid until the next call on this handle; the slice
            // ends before, and `each` cannot reach the handle.
            each(unsafe { std::slice::from_raw_parts(data.cast(), len) });
        }
    }

    /// Becomes readable when there may be new entries or files.
    ///
    /// # Errors
    /// The kernel has no inotify instance for it.
    pub fn fd(&self) -> io::Result<BorrowedFd<'_>> {
        // SAFETY: the handle is open.
        let fd = checked(unsafe { (self.api.get_fd)(self.handle) })?;
        // SAFETY: the descriptor belongs to the handle and stays open as long as it, which the borrow outlives not.
        Ok(unsafe { BorrowedFd::borrow_raw(fd) })
    }

    /// Takes what its descriptor tells of: files that came and went.
    ///
    /// # Errors
    /// As [`Journal::step`].
    pub fn process(&mut self) -> io::Result<()> {
        // SAFETY: the handle is open.
        checked(unsafe { (self.api.process)(self.handle) }).map(drop)
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        // SAFETY: the handle is open and is not used again.
        unsafe { (self.api.close)(self.handle) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_a_journal_is_an_empty_journal() {
        let folder = tempfile::tempdir().unwrap();
        match Journal::open(&JournalPlace::Folder(folder.path().to_owned()), 1 << 20) {
            Ok(mut journal) => {
                journal.seek_head().unwrap();
                assert!(!journal.step().unwrap());
                assert!(journal.seek_cursor("garbage").is_err());
                assert!(journal.cursor().is_err());
            }
            Err(error) => assert!(matches!(error, OpenError::NoLibrary(_)), "{error}"),
        }
    }
}
