/// Why the cluster could not answer.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The other side is away or did not answer in time; running meetings go on.
    #[error("the cluster cannot be reached")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// What came back cannot be read; a person must look.
    #[error("the cluster answered something unreadable: {0}")]
    Inconsistent(String),
}
