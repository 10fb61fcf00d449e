//! The words of the public page of a form.

/// What a page says in one language.
pub(super) struct Words {
    pub lang: &'static str,
    pub name: &'static str,
    pub company: &'static str,
    pub email: &'static str,
    pub phone: &'static str,
    pub message: &'static str,
    pub send: &'static str,
    pub required: &'static str,
    pub thanks: &'static str,
    pub again: &'static str,
    pub wrong: &'static str,
    pub gone: &'static str,
    pub empty: &'static str,
}

const ENGLISH: Words = Words {
    lang: "en",
    name: "Name",
    company: "Company",
    email: "Email",
    phone: "Phone",
    message: "Message",
    send: "Send",
    required: "required",
    thanks: "Thank you. We will get back to you.",
    again: "This was a little fast. Please try again in a moment.",
    wrong: "Please look at what is marked.",
    gone: "This form is no longer here.",
    empty: "Please fill this in.",
};

const GERMAN: Words = Words {
    lang: "de",
    name: "Name",
    company: "Firma",
    email: "E-Mail",
    phone: "Telefon",
    message: "Nachricht",
    send: "Absenden",
    required: "Pflichtfeld",
    thanks: "Vielen Dank. Wir melden uns.",
    again: "Das ging etwas schnell. Bitte gleich noch einmal versuchen.",
    wrong: "Bitte sehen Sie sich das Markierte an.",
    gone: "Dieses Formular gibt es nicht mehr.",
    empty: "Bitte ausfüllen.",
};

/// The words of a business' language.
pub(super) fn words(locale: &str) -> &'static Words {
    if locale.starts_with("de") { &GERMAN } else { &ENGLISH }
}

impl Words {
    /// The label of a field.
    pub fn label(&self, field: &str) -> &'static str {
        match field {
            "company" => self.company,
            "email" => self.email,
            "phone" => self.phone,
            "message" => self.message,
            _ => self.name,
        }
    }
}
