//! Watches over an RTSP connection: notices that it is lost, takes the source down and brings it up again.

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use super::schedule::Schedule;

/// Between two looks at whether it is time, where nothing else wakes the watcher.
const LOOK: Duration = Duration::from_millis(100);

/// Why a connection is no more.
#[derive(Debug, Clone)]
pub enum Loss {
    /// An element reported an error.
    Error(gst::Message),
    /// The server said that it is over.
    Ended,
    /// No frame for so long.
    Silent(Duration),
    /// Not a single frame for so long.
    NeverBegan(Duration),
}

/// What a link does to its source.
pub trait Source: Send + 'static {
    /// Takes the connection down; `loss` is said as a warning.
    fn down(&self, loss: &Loss);
    /// Connects.
    fn up(&self);
    /// Says that frames come again.
    fn back(&self);
    /// There are no more attempts after `tried` of them.
    fn give_up(&self, loss: Loss, tried: u32);
    /// Whether frames are to be expected now.
    fn is_playing(&self) -> bool;
}

#[derive(Default)]
struct State {
    stop: bool,
    loss: Option<Loss>,
    /// When the connection gave its first frame.
    began: Option<Instant>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    origin: Instant,
    /// Milliseconds from `origin` to the last frame.
    last: AtomicU64,
    /// A frame is being handed on: whoever takes it is slow, not the camera.
    busy: AtomicBool,
    /// No frame since the connection began.
    new: AtomicBool,
    /// Nobody wants frames any more.
    over: AtomicBool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What streaming threads tell a link.
#[derive(Clone)]
pub struct Reporter(Arc<Shared>);

impl Reporter {
    /// A frame has come and is handed on.
    pub fn takes_frame(&self) {
        self.0.busy.store(true, Ordering::Release);
    }

    /// The frame was handed on; `wanted` tells whether more may come.
    pub fn took_frame(&self, wanted: bool) {
        let shared = &self.0;
        let now = Instant::now();
        let since = u64::try_from((now - shared.origin).as_millis()).unwrap_or(u64::MAX);
        shared.last.store(since, Ordering::Release);
        shared.busy.store(false, Ordering::Release);
        if !wanted {
            shared.over.store(true, Ordering::Release);
        }
        if shared.new.swap(false, Ordering::AcqRel) {
            shared.lock().began.get_or_insert(now);
            shared.changed.notify_all();
        }
    }

    /// The connection is no more. Only the first reason counts.
    pub fn lost(&self, loss: Loss) {
        self.0.lock().loss.get_or_insert(loss);
        self.0.changed.notify_all();
    }
}

/// Watches until dropped.
pub struct Link {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Link {
    /// A link over `source`, which is about to connect for the first time. What it needs of the thread's making fails
    /// with the machine's reason.
    pub fn watch(source: impl Source, schedule: Schedule) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            origin: Instant::now(),
            last: AtomicU64::new(0),
            busy: AtomicBool::new(false),
            new: AtomicBool::new(true),
            over: AtomicBool::new(false),
        });
        let watcher = Watcher { shared: shared.clone(), source, schedule };
        let thread = std::thread::Builder::new().name("rtsp-link".into()).spawn(move || watcher.run())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// What streaming threads report to.
    pub fn reporter(&self) -> Reporter {
        Reporter(self.shared.clone())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.shared.lock().stop = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

struct Watcher<S> {
    shared: Arc<Shared>,
    source: S,
    schedule: Schedule,
}

impl<S: Source> Watcher<S> {
    fn run(mut self) {
        while let Some(loss) = self.until_lost() {
            let tried = self.schedule.tried();
            let Some(wait) = self.schedule.lost() else { return self.source.give_up(loss, tried) };
            self.source.down(&loss);
            if !self.rest(wait) {
                return;
            }
            self.source.up();
        }
    }

    /// Waits `time`, then forgets what the old connection did; false when it is all over.
    fn rest(&self, time: Duration) -> bool {
        let state = self.shared.lock();
        let waited = self.shared.changed.wait_timeout_while(state, time, |state| !state.stop);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let stop = state.stop;
        *state = State { stop, ..State::default() };
        self.shared.new.store(true, Ordering::Release);
        !stop
    }

    /// Watches a connection from its beginning to its loss; `None` when it is all over.
    fn until_lost(&mut self) -> Option<Loss> {
        let start = Instant::now();
        let mut playing = false;
        let mut state = self.shared.lock();
        loop {
            if state.stop {
                return None;
            }
            if let Some(loss) = state.loss.take() {
                return Some(loss);
            }
            if let Some(began) = state.began.filter(|_| !playing) {
                playing = true;
                drop(state);
                if self.schedule.plays(began - start) {
                    self.source.back();
                }
                state = self.shared.lock();
                continue;
            }
            let left = match (playing, self.schedule.silence()) {
                (false, _) => Some(self.schedule.patience().saturating_sub(start.elapsed())),
                (true, silence) => silence.map(|silence| silence.saturating_sub(self.quiet())),
            };
            let (state_now, timed_out) = match left {
                Some(left) => {
                    let waited = self.shared.changed.wait_timeout(state, left.max(LOOK));
                    let (state, result) = waited.unwrap_or_else(PoisonError::into_inner);
                    (state, result.timed_out())
                }
                None => (self.shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner), false),
            };
            state = state_now;
            if timed_out && state.loss.is_none() && !state.stop && self.is_expected() {
                let silent = self.schedule.silence().filter(|silence| playing && self.quiet() >= *silence);
                let late = (!playing && state.began.is_none() && start.elapsed() >= self.schedule.patience())
                    .then(|| self.schedule.patience());
                if let Some(loss) = silent.map(Loss::Silent).or(late.map(Loss::NeverBegan)) {
                    return Some(loss);
                }
            }
        }
    }

    fn is_expected(&self) -> bool {
        !self.shared.over.load(Ordering::Acquire)
            && !self.shared.busy.load(Ordering::Acquire)
            && self.source.is_playing()
    }

    /// How long there has been no frame.
    fn quiet(&self) -> Duration {
        let last = Duration::from_millis(self.shared.last.load(Ordering::Acquire));
        self.shared.origin.elapsed().saturating_sub(last)
    }
}
