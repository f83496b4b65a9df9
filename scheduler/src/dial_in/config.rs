use domain::Private;

/// Where telephones come in, and the gateway that leads them.
#[derive(Clone, Debug)]
pub struct DialInConfig {
    /// The numbers to call, as people read them.
    pub numbers: Vec<String>,
    /// What the gateway shows to ask whose PIN it is; without it nobody may ask.
    pub gateway: Option<Private<String>>,
}
