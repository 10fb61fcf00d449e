//! A push service and a browser, made of other parts than the server: ring instead of RustCrypto, and
//! the RFCs read once more.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Salt};
use ring::rand::SystemRandom;
use ring::signature::{self, ECDSA_P256_SHA256_FIXED};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};

/// A request that the service got.
pub struct Push {
    pub method: String,
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Push {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// A push service on this machine that answers with one status after the other, the last for ever.
pub struct PushService {
    address: std::net::SocketAddr,
    pushes: Mutex<mpsc::UnboundedReceiver<Push>>,
}

impl PushService {
    pub async fn start(statuses: &'static [u16]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (got, pushes) = mpsc::unbounded_channel();
        let answered = Arc::new(AtomicUsize::new(0));
        actix_rt::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (got, answered) = (got.clone(), answered.clone());
                actix_rt::spawn(async move {
                    let _ = serve(stream, statuses, &got, &answered).await;
                });
            }
        });
        Self { address, pushes: Mutex::new(pushes) }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }

    pub async fn next(&self, within: Duration) -> Push {
        let mut pushes = self.pushes.lock().await;
        tokio::time::timeout(within, pushes.recv()).await.expect("no push came").unwrap()
    }

    pub async fn is_silent(&self, during: Duration) {
        let mut pushes = self.pushes.lock().await;
        assert!(tokio::time::timeout(during, pushes.recv()).await.is_err(), "a push came");
    }
}

async fn serve(
    mut stream: TcpStream,
    statuses: &[u16],
    got: &mpsc::UnboundedSender<Push>,
    answered: &AtomicUsize,
) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8192];
    let head = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            read => bytes.extend_from_slice(&piece[..read]),
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next().unwrap_or_default().split(' ').map(str::to_owned);
    let header =
        |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: Vec<_> = lines.filter_map(header).collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    while bytes.len() < head + length {
        match stream.read(&mut piece).await? {
            0 => return Ok(()),
            read => bytes.extend_from_slice(&piece[..read]),
        }
    }
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let turn = answered.fetch_add(1, Ordering::Relaxed).min(statuses.len() - 1);
    let _ = got.send(Push { method, path, headers, body: bytes[head..].to_vec() });
    let answer = format!(
        "HTTP/1.1 {} X\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        statuses[turn]
    );
    stream.write_all(answer.as_bytes()).await
}

/// A browser with one subscription; it can read one message.
pub struct Browser {
    private: std::sync::Mutex<Option<EphemeralPrivateKey>>,
    public: Vec<u8>,
    auth: [u8; 16],
    /// What it subscribed with: the sender's key.
    sender: String,
}

/// A length that ring is asked for.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn hkdf(salt: &[u8], input: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let mut out = vec![0; length];
    let derived = Salt::new(HKDF_SHA256, salt).extract(input);
    derived.expand(&[info], Length(length)).unwrap().fill(&mut out).unwrap();
    out
}

impl Browser {
    pub fn new(sender: &str) -> Self {
        let random = SystemRandom::new();
        let private = EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap();
        let public = private.compute_public_key().unwrap().as_ref().to_vec();
        let auth = ring::rand::generate::<[u8; 16]>(&random).unwrap().expose();
        Self { private: std::sync::Mutex::new(Some(private)), public, auth, sender: sender.to_owned() }
    }

    /// `PushSubscription.toJSON()`.
    pub fn subscription(&self, endpoint: &str) -> Value {
        json!({ "endpoint": endpoint, "expirationTime": null,
            "keys": { "p256dh": BASE64.encode(&self.public), "auth": BASE64.encode(self.auth) } })
    }

    /// Checks the signature of an `Authorization` as RFC 8292 has it; returns the claims.
    pub fn check_sender(&self, authorization: &str) -> Value {
        let (scheme, parameters) = authorization.split_once(' ').unwrap();
        assert_eq!(scheme, "vapid");
        let parameter = |name: &str| {
            let all = parameters.split(',').map(|one| one.trim().split_once('=').unwrap());
            all.filter(|(known, _)| *known == name).map(|(_, value)| value.to_owned()).next().unwrap()
        };
        assert_eq!(parameter("k"), self.sender, "another key than the one subscribed with");
        let token = parameter("t");
        let (text, signed) = token.rsplit_once('.').unwrap();
        let key =
            signature::UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64.decode(&self.sender).unwrap());
        key.verify(text.as_bytes(), &BASE64.decode(signed).unwrap()).expect("the signature is wrong");
        let (head, claims) = text.split_once('.').unwrap();
        let read = |part: &str| -> Value { serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap() };
        assert_eq!(read(head)["alg"], "ES256");
        read(claims)
    }

    /// Decrypts a body of content coding `aes128gcm`.
    pub fn decrypt(&self, body: &[u8]) -> Vec<u8> {
        // RFC 8188, 2.1: salt, record size, length of the key id, key id.
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        let size = u32::from_be_bytes(size.try_into().unwrap()) as usize;
        let (id, record) = rest[1..].split_at(usize::from(rest[0]));
        assert_eq!(id.len(), 65, "the key id is the sender's public key (RFC 8291, 4)");
        assert!(record.len() <= size && size >= 18, "one record only (RFC 8291, 4)");
        // RFC 8291, 3.3 and 3.4.
        let private = self.private.lock().unwrap().take().expect("a browser of the test reads one message");
        let theirs = UnparsedPublicKey::new(&ECDH_P256, id);
        let info = [b"WebPush: info\0", self.public.as_slice(), id].concat();
        let input = agree_ephemeral(private, &theirs, |shared| hkdf(&self.auth, shared, &info, 32)).unwrap();
        // RFC 8188, 2.2 to 2.4.
        let key = hkdf(salt, &input, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = hkdf(salt, &input, b"Content-Encoding: nonce\0", 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).unwrap());
        let mut record = record.to_vec();
        let nonce = Nonce::try_assume_unique_for_key(&nonce).unwrap();
        let plain = key.open_in_place(nonce, Aad::empty(), &mut record).expect("it does not open");
        let end = plain.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(plain[end], 2, "the last record ends with 2 and zeros");
        plain[..end].to_vec()
    }
}
