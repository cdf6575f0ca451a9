//! Where the service listens and who may ask.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    str::FromStr,
};

/// DeepStream's port.
const PORT: u16 = 9000;

/// Where the service listens and who may ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestOptions {
    /// Port 0 is any free one.
    pub address: SocketAddr,
    /// What `Authorization: Bearer` has to say; everybody may ask when `None`.
    pub token: Option<String>,
}

impl Default for RestOptions {
    fn default() -> Self {
        Self { address: (Ipv4Addr::LOCALHOST, PORT).into(), token: None }
    }
}

impl FromStr for RestOptions {
    /// Why not; whoever parses knows what flag it was.
    type Err = &'static str;

    /// `PORT`, `ADDRESS` or `ADDRESS:PORT`.
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let default = Self::default();
        let address = if let Ok(port) = text.parse::<u16>() {
            SocketAddr::new(default.address.ip(), port)
        } else if let Ok(address) = text.parse::<IpAddr>() {
            SocketAddr::new(address, PORT)
        } else {
            let named = text.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
            let parsed = named.as_deref().unwrap_or(text).parse();
            parsed.map_err(|_| "expected a port, an address or both, as in 9000, 0.0.0.0 or 127.0.0.1:9000")?
        };
        Ok(Self { address, ..default })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_address_or_both() {
        let parse = |text: &str| text.parse::<RestOptions>().map(|options| options.address.to_string());
        assert_eq!(parse("8080").unwrap(), "127.0.0.1:8080");
        assert_eq!(parse("0.0.0.0").unwrap(), "0.0.0.0:9000");
        assert_eq!(parse("[::1]:7").unwrap(), "[::1]:7");
        assert_eq!(parse("localhost:7").unwrap(), "127.0.0.1:7");
        assert!(parse("example").is_err() && parse("70000").is_err());
    }
}
