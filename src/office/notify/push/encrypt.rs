//! Encrypts a message for one browser: RFC 8291 on top of the content coding of RFC 8188.

use aes_gcm::aead::Aead as _;
use aes_gcm::{Aes128Gcm, KeyInit as _, Nonce};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;

use super::super::error::NotifyError;

/// Size of a record; there is one only, and it may be shorter.
const RECORD: u32 = 4096;
/// What follows the content of the last record.
const LAST: u8 = 2;
const TAG: usize = 16;
/// Longest message that fits into one record with its delimiter and tag.
pub const MOST: usize = RECORD as usize - TAG - 1;

/// The keys of a browser's subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receiver {
    pub public: PublicKey,
    pub auth: [u8; 16],
}

/// Encrypts a message with a fresh key.
///
/// # Errors
/// `NotifyError` when the machine has no random numbers or the message is too long.
pub fn encrypt(receiver: &Receiver, message: &[u8]) -> Result<Vec<u8>, NotifyError> {
    let salt: [u8; 16] = random()?;
    seal(receiver, &fresh_key()?, &salt, message)
}

/// A key that nobody has used.
///
/// # Errors
/// `NotifyError::NoChance` when the machine has no random numbers.
pub fn fresh_key() -> Result<SecretKey, NotifyError> {
    // Nearly every number below 2^256 is a key; the rest is thrown again.
    for _ in 0..16 {
        let bytes: [u8; 32] = random()?;
        if let Ok(key) = SecretKey::from_bytes(&bytes.into()) {
            return Ok(key);
        }
    }
    Err(NotifyError::NoChance)
}

fn random<const N: usize>() -> Result<[u8; N], NotifyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NotifyError::NoChance)?;
    Ok(bytes)
}

/// A public key as 65 bytes: uncompressed (X9.62).
#[must_use]
pub fn point(key: &PublicKey) -> Vec<u8> {
    key.to_sec1_point(false).as_bytes().to_vec()
}

/// Encrypts with the given key and salt, each to be used once.
pub(in crate::office::notify) fn seal(
    receiver: &Receiver,
    sender: &SecretKey,
    salt: &[u8; 16],
    message: &[u8],
) -> Result<Vec<u8>, NotifyError> {
    if message.len() > MOST {
        return Err(NotifyError::Damaged("push message"));
    }
    let broken = |_| NotifyError::Damaged("push key");
    let shared = p256::ecdh::diffie_hellman(sender.to_nonzero_scalar(), receiver.public.as_affine());
    let (theirs, ours) = (point(&receiver.public), point(&sender.public_key()));
    // RFC 8291, 3.4: both sides' keys and the browser's secret go into the input keying material.
    let info = [b"WebPush: info\0".as_slice(), &theirs, &ours].concat();
    let mut input = [0; 32];
    let combined = Hkdf::<Sha256>::new(Some(&receiver.auth), shared.raw_secret_bytes());
    combined.expand(&info, &mut input).map_err(broken)?;
    // RFC 8188, 2.2 and 2.3.
    let (mut key, mut nonce) = ([0; 16], [0; 12]);
    let derived = Hkdf::<Sha256>::new(Some(salt), &input);
    derived.expand(b"Content-Encoding: aes128gcm\0", &mut key).map_err(broken)?;
    derived.expand(b"Content-Encoding: nonce\0", &mut nonce).map_err(broken)?;
    let content = [message, &[LAST]].concat();
    let sealed = Aes128Gcm::new(&key.into()).encrypt(&Nonce::from(nonce), content.as_slice());
    let sealed = sealed.map_err(|_| NotifyError::Damaged("push message"))?;
    let id = u8::try_from(ours.len()).map_err(|_| NotifyError::Damaged("push key"))?;
    Ok([salt.as_slice(), &RECORD.to_be_bytes(), &[id], &ours, &sealed].concat())
}
