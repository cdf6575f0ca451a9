//! RTSP in and out: how cameras are talked to, and for `-o rtsp://...` where the server listens, who may look, and how the
//! stream is encoded.

use std::{fmt, str::FromStr};

use super::graph::Element;

/// An RTSP server as output: `rtsp[s]://[USER:PASSWORD@][HOST][:PORT]/PATH[?codec=h265&bitrate=N&certificate=FILE]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtspServer {
    /// The address listened on.
    host: String,
    /// 0 is any free port.
    port: u16,
    /// With its slash.
    path: String,
    login: Option<(String, String)>,
    codec: RtspCodec,
    /// Bits a second.
    bitrate: u32,
    /// A PEM file with a certificate and its key; with it the server speaks TLS.
    certificate: Option<String>,
}

/// How RTSP sources are talked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RtspInput {
    /// How pictures travel.
    pub transport: RtspTransport,
    /// Milliseconds that are waited for packets out of order; what comes later is dropped.
    pub latency_ms: u32,
    /// Frames carry the camera's time of day, not this machine's.
    pub camera_time: bool,
    /// A camera without a frame for so many seconds is connected anew; 0 never connects again.
    pub reconnect_s: u32,
    /// After so many failures in a row it is given up; `None` tries for ever.
    pub attempts: Option<u32>,
}

impl Default for RtspInput {
    fn default() -> Self {
        let transport = RtspTransport::default();
        Self { transport, latency_ms: 100, camera_time: false, reconnect_s: 3, attempts: None }
    }
}

impl RtspInput {
    /// `source`, an `nvurisrcbin`, told so; what is NVIDIA's default is left out.
    pub(super) fn apply(&self, source: Element) -> Element {
        let default = Self::default();
        let mut source = match self.transport {
            RtspTransport::Auto => source,
            RtspTransport::Udp => source.prop("select-rtp-protocol", "rtp-udp"),
            RtspTransport::Tcp => source.prop("select-rtp-protocol", "rtp-tcp"),
        };
        if self.latency_ms != default.latency_ms {
            source = source.prop("latency", self.latency_ms.to_string());
        }
        if self.reconnect_s > 0 {
            source = source.prop("rtsp-reconnect-interval", self.reconnect_s.to_string());
        }
        match self.attempts {
            Some(attempts) => source.prop("rtsp-reconnect-attempts", attempts.to_string()),
            None => source,
        }
    }
}

/// How pictures travel from an RTSP server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RtspTransport {
    /// UDP, and TCP where that does not get through.
    #[default]
    Auto,
    /// UDP only.
    Udp,
    /// Inside the RTSP connection.
    Tcp,
}

impl FromStr for RtspTransport {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "udp" => Ok(Self::Udp),
            "tcp" => Ok(Self::Tcp),
            _ => Err(format!("`{text}` is none of auto, udp, tcp")),
        }
    }
}

/// What a served stream is encoded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RtspCodec {
    /// H.264.
    #[default]
    H264,
    /// H.265.
    H265,
}

impl FromStr for RtspCodec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "h264" => Ok(Self::H264),
            "h265" => Ok(Self::H265),
            _ => Err(format!("`{text}` is neither H264 nor H265")),
        }
    }
}

impl Default for RtspServer {
    /// Upstream's port and path, on loopback.
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 8554,
            path: "/ds-test".into(),
            login: None,
            codec: RtspCodec::H264,
            bitrate: 4_000_000,
            certificate: None,
        }
    }
}

impl FromStr for RtspServer {
    /// Why not; whoever parses knows what flag it was.
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let mut server = Self::default();
        let (scheme, rest) = text.split_once("://").ok_or("it is no rtsp:// URL")?;
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if path.len() > 1 {
            server.path = path.trim_end_matches('/').into();
        }
        let place = match authority.rsplit_once('@') {
            Some((login, place)) => {
                let (user, password) = login.split_once(':').ok_or("user and password are written USER:PASSWORD@")?;
                if user.is_empty() || password.is_empty() {
                    return Err("user and password must not be empty");
                }
                server.login = Some((user.into(), password.into()));
                place
            }
            None => authority,
        };
        let (host, port) = host_and_port(place)?;
        if !host.is_empty() {
            server.host = host.into();
        }
        server.port =
            port.map_or(Ok(server.port), |port| port.parse().map_err(|_| "the port is a number up to 65535"))?;
        for option in options.split('&').filter(|option| !option.is_empty()) {
            server.set(option)?;
        }
        match (scheme, &server.certificate) {
            ("rtsp", None) | ("rtsps", Some(_)) => Ok(server),
            ("rtsps", None) => {
                Err("TLS needs a certificate: rtsps://...?certificate=FILE.pem, with its private key in the file")
            }
            _ => Err("with a certificate the URL starts with rtsps://"),
        }
    }
}

impl fmt::Display for RtspServer {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.certificate.is_some() { "rtsps" } else { "rtsp" };
        let login = self.login.as_ref().map(|(user, _)| format!("{user}:***@")).unwrap_or_default();
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        write!(f, "{scheme}://{login}{host}:{}{}", self.port, self.path)
    }
}

impl RtspServer {
    /// Encodes as `codec` at `bitrate` bits a second; what is `None` stays.
    pub fn encoded(mut self, codec: Option<RtspCodec>, bitrate: Option<u32>) -> Self {
        self.codec = codec.unwrap_or(self.codec);
        self.bitrate = bitrate.unwrap_or(self.bitrate);
        self
    }

    fn set(&mut self, option: &str) -> Result<(), &'static str> {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        match key {
            "codec" => self.codec = value.parse().map_err(|_| "codec is h264 or h265")?,
            "bitrate" => {
                let bitrate = value.parse().ok().filter(|bitrate| *bitrate > 0);
                self.bitrate = bitrate.ok_or("bitrate is a number of bits a second above 0")?;
            }
            "certificate" if !value.is_empty() => self.certificate = Some(value.into()),
            _ => return Err("after the ? stand codec=h264|h265, bitrate=N and certificate=FILE, joined by &"),
        }
        Ok(())
    }

    /// The element that encodes and serves.
    pub(super) fn element(&self) -> Element {
        let codec = match self.codec {
            RtspCodec::H264 => "h264",
            RtspCodec::H265 => "h265",
        };
        let mut element = Element::new("nvrtspoutsinkbin")
            .named("sink")
            .prop("codec", codec)
            .prop("bitrate", self.bitrate.to_string())
            .prop("address", &self.host)
            .prop("rtsp-port", self.port.to_string())
            .prop("mount-point", &self.path);
        if let Some((user, password)) = &self.login {
            element = element.prop("user", user).prop("password", password);
        }
        match &self.certificate {
            Some(file) => element.prop("certificate", file),
            None => element,
        }
    }
}

/// `HOST:PORT`, `[::1]:PORT`, either of them missing.
fn host_and_port(place: &str) -> Result<(&str, Option<&str>), &'static str> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or("the ] behind the IPv6 address is missing")?;
        return match port.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if port.is_empty() => Ok((host, None)),
            None => Err("between ] and the port belongs a colon"),
        };
    }
    Ok(place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_upstream_s() {
        let parse = |text: &str| text.parse::<RtspServer>().unwrap();
        assert_eq!(parse("rtsp://"), RtspServer::default());
        assert_eq!(parse("rtsp://:9000/cam/1"), RtspServer { port: 9000, path: "/cam/1".into(), ..Default::default() });
        let all = parse("rtsps://me:secret@[::1]:0/a?codec=H265&bitrate=1000&certificate=/tmp/c.pem");
        assert_eq!(all.to_string(), "rtsps://me:***@[::1]:0/a");
        assert_eq!((all.codec, all.bitrate, all.port), (RtspCodec::H265, 1000, 0));
        assert_eq!(all.login, Some(("me".into(), "secret".into())));
    }

    #[test]
    fn mistakes_are_named() {
        for wrong in [
            "rtsp://h:99999/x",
            "rtsp://me@h/x",
            "rtsp://:p@h/x",
            "rtsp://h/x?codec=vp8",
            "rtsp://h/x?bitrate=0",
            "rtsp://h/x?certificate=c.pem",
            "rtsps://h/x",
            "rtsp://[::1/x",
            "rtsp://h/x?colour=red",
        ] {
            assert!(wrong.parse::<RtspServer>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_password_is_not_shown() {
        let server: RtspServer = "rtsp://me:secret@h:1/x".parse().unwrap();
        assert!(!server.to_string().contains("secret"));
    }
}
