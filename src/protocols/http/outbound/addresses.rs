//! Which addresses are public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use super::{ADDRESS, OutboundError, Policy};

/// Networks of IPv4 that are not the internet (RFC 6890 and the registry that follows it).
const INNER_V4: [(Ipv4Addr, u32); 16] = [
    (Ipv4Addr::new(0, 0, 0, 0), 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, reserved, broadcast.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Networks within the public part of IPv6 that are not the internet, or in which an IPv4 address
/// hides that a tunnel would take the packets to.
const INNER_V6: [(Ipv6Addr, u32); 4] = [
    // Protocol assignments, Teredo and ORCHID among them.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether requests may go to the address.
#[must_use]
pub fn is_allowed(address: IpAddr, policy: Policy) -> bool {
    match address {
        IpAddr::V4(v4) => (policy.loopback && v4.is_loopback()) || is_public_v4(v4),
        IpAddr::V6(v6) => match hidden_v4(v6) {
            Some(v4) => is_allowed(IpAddr::V4(v4), policy),
            None => (policy.loopback && v6.is_loopback()) || is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !INNER_V4.iter().any(|(net, bits)| u32::from(address) >> (32 - bits) == u32::from(*net) >> (32 - bits))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Only 2000::/3 is given out; unique local, link-local, multicast and the rest lie outside of it.
    let global = address.segments()[0] & 0xe000 == 0x2000;
    let within = |(net, bits): &(Ipv6Addr, u32)| {
        u128::from(address) >> (128 - bits) == u128::from(*net) >> (128 - bits)
    };
    global && !INNER_V6.iter().any(within)
}

/// The IPv4 address that an IPv6 address stands for: mapped, or by NAT64 (RFC 6052).
fn hidden_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if let Some(v4) = address.to_ipv4_mapped() {
        return Some(v4);
    }
    match address.segments() {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low))),
        _ => None,
    }
}

/// Reads an address; hosts that are numbers in whatever form (`0x7f.1`, `2130706433`) become what they
/// mean, as the URL standard has it, and are checked.
///
/// # Errors
/// `OutboundError::Address` or `Refused`.
pub fn parse(text: &str, policy: Policy) -> Result<Url, OutboundError> {
    if text.len() > ADDRESS {
        return Err(OutboundError::Address("it is too long"));
    }
    let url = Url::parse(text).map_err(|_| OutboundError::Address("it is no URL"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(OutboundError::Address("only http and https are asked"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(OutboundError::Address("it holds a name or a password"));
    }
    let host = url.host_str().ok_or(OutboundError::Address("it names no host"))?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return if is_allowed(address, policy) { Ok(url) } else { Err(OutboundError::Refused) };
    }
    // Names of this machine and this network, which some resolvers know by heart.
    let name = bare.trim_end_matches('.').to_ascii_lowercase();
    let inner = ["localhost", "local", "internal", "intranet", "home.arpa"];
    let is = |suffix: &str| name == suffix || name.ends_with(&format!(".{suffix}"));
    let local = is("localhost") && policy.loopback;
    if !local && (inner.iter().any(|suffix| is(suffix)) || !name.contains('.')) {
        return Err(OutboundError::Refused);
    }
    Ok(url)
}
