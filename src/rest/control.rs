//! What the service asks of a pipeline.

/// Upper bounds, in seconds, of the latency histogram; one more bucket holds what took longer.
pub const BUCKETS_S: [f64; 12] = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.2, 0.5, 1.0, 5.0];

/// One stream that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamStatus {
    /// The number its frames carry.
    pub source_id: u32,
    /// Who added it calls it so.
    pub camera_id: String,
    /// For people.
    pub camera_name: String,
    /// Without a password.
    pub camera_url: String,
}

/// What was counted of a stream since it was added.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StreamCounts {
    /// Frames at the output.
    pub frames: u64,
    /// Frames a second, lately.
    pub fps: f64,
    /// Objects on its frames.
    pub objects: u64,
    /// Frames dropped because the pipeline was too slow.
    pub dropped: u64,
    /// How often it connected again.
    pub reconnects: u64,
    /// Things it reported as wrong while it went on.
    pub errors: u64,
    /// Frames by how long they took, in the buckets of [`BUCKETS_S`] and one more.
    pub latency: [u64; BUCKETS_S.len() + 1],
    /// Seconds all those frames took together.
    pub latency_sum_s: f64,
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ControlError {
    /// No more streams fit.
    #[error("there are {limit} streams already, the most this run takes")]
    TooMany {
        /// How many fit.
        limit: usize,
    },
    /// The camera's id is taken.
    #[error("there is a stream with this camera_id already")]
    Duplicate,
    /// No stream is called so.
    #[error("there is no such stream")]
    Unknown,
    /// The pipeline cannot do it.
    #[error("{0}")]
    Refused(String),
}

/// A running pipeline, for a service. Calls may take as long as a camera takes to connect or hang up.
pub trait Control: Send + Sync + 'static {
    /// Adds a stream and says its number. That it was added does not mean that it plays.
    fn add(&self, camera_id: &str, camera_name: &str, camera_url: &str) -> Result<u32, ControlError>;
    /// Takes the stream with this id out; where a URL is given it has to be the stream's.
    fn remove(&self, camera_id: &str, camera_url: &str) -> Result<(), ControlError>;
    /// The streams that are there, by number, with their counts.
    fn streams(&self) -> Vec<(StreamStatus, StreamCounts)>;
    /// What became of messages to brokers, by name of the count; empty in a pipeline that sends none.
    fn messages(&self) -> Vec<(String, u64)>;
    /// Lets the detector skip so many batches between two; `source_id` has to be there.
    fn set_interval(&self, source_id: u32, interval: u32) -> Result<(), ControlError>;
    /// Lets analytics read their rules anew; where a file is named it has to be the one they came from.
    fn reload_analytics(&self, config_file: &str) -> Result<(), ControlError>;
    /// Ends the run in good order.
    fn quit(&self);
    /// Whether the pipeline has been built and started.
    fn is_ready(&self) -> bool;
    /// Whether it plays.
    fn is_live(&self) -> bool;
}
