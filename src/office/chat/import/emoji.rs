//! Emoji by the names that other systems give them.

use emojis::SkinTone;

use super::super::service::is_emoji_name;

/// The emoji of a name such as `+1` or `wave::skin-tone-3`; an unknown one is an own one, `:name:`.
#[must_use]
pub fn of_name(name: &str) -> Option<String> {
    let (name, tone) = name.split_once("::").unwrap_or((name, ""));
    let Some(emoji) =
        emojis::get_by_shortcode(name).or_else(|| emojis::get_by_shortcode(&name.replace('-', "_")))
    else {
        return is_emoji_name(name).then(|| format!(":{name}:"));
    };
    let tone = match tone {
        "skin-tone-2" => SkinTone::Light,
        "skin-tone-3" => SkinTone::MediumLight,
        "skin-tone-4" => SkinTone::Medium,
        "skin-tone-5" => SkinTone::MediumDark,
        "skin-tone-6" => SkinTone::Dark,
        _ => SkinTone::Default,
    };
    Some(emoji.with_skin_tone(tone).unwrap_or(emoji).as_str().to_owned())
}

/// Takes `:name:` from the front of a text, if it names an emoji: what it is and how long its name was.
#[must_use]
pub fn take(text: &str) -> Option<(String, usize)> {
    let inside = text.strip_prefix(':')?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let end = inside.bytes().take(60).position(|byte| !plain(byte))?;
    let mut name = &inside[..end];
    let after = inside[end..].strip_prefix(':')?;
    // Slack writes the tone as a second name behind the first.
    if let Some(tone) = after.strip_prefix(":skin-tone-").and_then(|rest| rest.get(..2))
        && tone.ends_with(':')
    {
        name = &inside[..end + "::skin-tone-N".len()];
    }
    let emoji = of_name(name).filter(|emoji| !emoji.starts_with(':'))?;
    Some((emoji, name.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_emoji() {
        let check =
            |name: &str, expected: Option<&str>| assert_eq!(of_name(name).as_deref(), expected, "{name}");
        check("+1", Some("👍"));
        check("tada", Some("🎉"));
        check("wave::skin-tone-6", Some("👋🏿"));
        check("party-parrot", Some(":party-parrot:"));
        check("<b>", None);
        assert_eq!(take(":rocket: up"), Some(("🚀".into(), 8)));
        assert_eq!(take(":wave::skin-tone-2:!"), Some(("👋🏻".into(), 19)));
        for text in [":", "::", ":unknown-thing:", ":a b:", "10:30:00"] {
            assert_eq!(take(text), None, "{text}");
        }
    }
}
