//! A message with what a broker needs to know of it.

/// A message and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// What the message is about; messages with the same key stay in order, on Kafka in one partition.
    pub key: String,
    /// Topic, routing key or stream.
    pub topic: String,
    /// JSON, or whatever the converter made.
    pub payload: Vec<u8>,
}

impl Envelope {
    /// Bytes of memory it takes, about.
    pub fn weight(&self) -> usize {
        self.key.len() + self.topic.len() + self.payload.len()
    }

    /// Whether [`encode`](Self::encode) can say it: key and topic have 65535 bytes at most.
    pub fn is_encodable(&self) -> bool {
        [&self.key, &self.topic].iter().all(|text| text.len() <= usize::from(u16::MAX))
    }

    /// Bytes that [`encode`](Self::encode) writes.
    pub fn encoded_len(&self) -> usize {
        4 + self.weight()
    }

    /// As the spool keeps it, behind what `out` holds: both lengths as 16-bit little endian, key, topic, payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for text in [&self.key, &self.topic] {
            out.extend_from_slice(&u16::try_from(text.len()).unwrap_or(u16::MAX).to_le_bytes());
        }
        out.extend_from_slice(self.key.as_bytes());
        out.extend_from_slice(self.topic.as_bytes());
        out.extend_from_slice(&self.payload);
    }

    /// What [`encode`](Self::encode) wrote.
    pub fn decode(body: &[u8]) -> Option<Self> {
        let (key, rest) = body.split_first_chunk::<2>()?;
        let (topic, rest) = rest.split_first_chunk::<2>()?;
        let (key, rest) = rest.split_at_checked(u16::from_le_bytes(*key).into())?;
        let (topic, payload) = rest.split_at_checked(u16::from_le_bytes(*topic).into())?;
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        Some(Self { key: text(key)?, topic: text(topic)?, payload: payload.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn encoded(envelope: &Envelope) -> Vec<u8> {
        let mut bytes = Vec::new();
        envelope.encode(&mut bytes);
        assert_eq!(bytes.len(), envelope.encoded_len());
        bytes
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(key in ".{0,20}", topic in ".{0,20}", payload in proptest::collection::vec(any::<u8>(), 0..200)) {
            let envelope = Envelope { key, topic, payload };
            prop_assert_eq!(Envelope::decode(&encoded(&envelope)), Some(envelope));
        }

        #[test]
        fn any_bytes_are_an_envelope_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            if let Some(envelope) = Envelope::decode(&bytes) {
                prop_assert_eq!(encoded(&envelope), bytes);
            }
        }
    }

    #[test]
    fn a_key_of_absurd_length_is_refused() {
        let envelope = Envelope { key: "k".repeat(70_000), topic: String::new(), payload: Vec::new() };
        assert!(!envelope.is_encodable());
    }
}
