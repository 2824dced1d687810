//! Secrets that are known by their form alone: keys and tokens whose issuers gave them a prefix. A table; the prefilter, the
//! expression and the tests are made from it.

/// One form of token.
pub(super) struct Form {
    /// In lower case; a text without any of these holds no such token.
    pub(super) hints: &'static [&'static str],
    /// What it looks like, from a word boundary on; `(?x)`, linear.
    pub(super) pattern: &'static str,
}

const fn form(hints: &'static [&'static str], pattern: &'static str) -> Form {
    Form { hints, pattern }
}

/// All of them, by issuer.
pub(super) static FORMS: &[Form] = &[
    // Amazon: access key ids, of users, roles and sessions.
    form(
        &[
            "akia", "asia", "aroa", "aida", "agpa", "anpa", "abia", "acca",
        ],
        r"(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{16}(?-u:\b)",
    ),
    // Google: API keys, OAuth tokens, client secrets, refresh tokens.
    form(&["aiza"], r"AIza[A-Za-z0-9_-]{35}"),
    form(&["ya29."], r"ya29\.[A-Za-z0-9_-]{20,}"),
    form(&["gocspx-"], r"GOCSPX-[A-Za-z0-9_-]{20,}"),
    form(&["1//0"], r"1//0[A-Za-z0-9_-]{30,}"),
    // Microsoft: client secrets of Entra applications, Teams web hooks.
    form(&["q~"], r"[A-Za-z0-9_~.-]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}"),
    form(
        &["webhook.office.com"],
        r#"webhook\.office\.com/webhookb2/[^\s"'<>]+"#,
    ),
    // GitHub.
    form(
        &["ghp_", "gho_", "ghu_", "ghs_", "ghr_"],
        r"gh[pousr]_[A-Za-z0-9]{20,}",
    ),
    form(&["github_pat_"], r"github_pat_[A-Za-z0-9_]{20,}"),
    // GitLab.
    form(
        &[
            "glpat-", "gldt-", "glrt-", "glptt-", "glft-", "glsoat-", "glcbt-", "glimt-",
            "glagent-", "gloas-",
        ],
        r"gl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|oas)-[A-Za-z0-9_.-]{16,}",
    ),
    form(&["gr1348941"], r"GR1348941[A-Za-z0-9_-]{16,}"),
    // Atlassian and Bitbucket.
    form(&["atatt3", "atctt3"], r"AT[AC]TT3[A-Za-z0-9_=.-]{20,}"),
    form(&["atbb"], r"ATBB[A-Za-z0-9_=.-]{20,}"),
    // Slack, Discord, Telegram.
    form(&["xox"], r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,}"),
    form(&["xapp-"], r"xapp-[A-Za-z0-9-]{8,}"),
    form(
        &["hooks.slack.com"],
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/]+",
    ),
    form(
        &["/api/webhooks/"],
        r"discord(?:app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]+",
    ),
    form(&[":aa"], r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    // Payment: Stripe, Square, Shopify, Flutterwave.
    form(
        &["_live_", "_test_"],
        r"[srp]k_(?:live|test)_[A-Za-z0-9]{8,}",
    ),
    form(&["whsec_"], r"whsec_[A-Za-z0-9+/=]{8,}"),
    form(&["sq0"], r"sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,}"),
    form(
        &["shpat_", "shpss_", "shpca_", "shppa_"],
        r"shp(?:at|ss|ca|pa)_[A-Fa-f0-9]{32}",
    ),
    form(&["flwseck"], r"FLWSECK(?:_TEST)?-[A-Za-z0-9-]{12,}"),
    // Package registries: npm, PyPI, RubyGems, NuGet, crates.io, Docker Hub, Artifactory.
    form(&["npm_"], r"npm_[A-Za-z0-9]{30,}"),
    form(&["pypi-"], r"pypi-[A-Za-z0-9_-]{40,}"),
    form(&["rubygems_"], r"rubygems_[0-9a-f]{48}"),
    form(&["oy2"], r"oy2[a-z0-9]{43}(?-u:\b)"),
    form(&["cio"], r"cio[A-Za-z0-9]{32}(?-u:\b)"),
    form(&["dckr_"], r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    form(&["akcp"], r"AKCp[A-Za-z0-9]{50,}"),
    // Mail: SendGrid, Mailgun, Mailchimp, Brevo.
    form(&["sg."], r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    form(&["key-"], r"key-[0-9a-f]{32}(?-u:\b)"),
    form(&["-us"], r"[0-9a-f]{32}-us[0-9]{1,2}(?-u:\b)"),
    form(&["xkeysib-"], r"xkeysib-[A-Za-z0-9-]{40,}"),
    // Twilio.
    form(
        &[
            "sk0", "sk1", "sk2", "sk3", "sk4", "sk5", "sk6", "sk7", "sk8", "sk9", "ska", "skb",
            "skc", "skd", "ske", "skf",
        ],
        r"SK[0-9a-f]{32}(?-u:\b)",
    ),
    // A JSON web token.
    form(
        &["eyj"],
        r"eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)?",
    ),
    // Models: OpenAI and Anthropic, Hugging Face, Replicate, Groq, Perplexity.
    form(&["sk-"], r"sk-[A-Za-z0-9_-]{20,}"),
    form(&["hf_"], r"hf_[A-Za-z0-9]{30,}"),
    form(&["r8_"], r"r8_[A-Za-z0-9]{30,}"),
    form(&["gsk_"], r"gsk_[A-Za-z0-9]{30,}"),
    form(&["pplx-"], r"pplx-[A-Za-z0-9]{30,}"),
    // Hosting: DigitalOcean, Heroku, Databricks, Supabase, PlanetScale, Alibaba, Tencent.
    form(
        &["dop_v1_", "doo_v1_", "dor_v1_"],
        r"do[opr]_v1_[0-9a-f]{64}",
    ),
    form(&["hrku-"], r"HRKU-[A-Za-z0-9_-]{30,}"),
    form(&["dapi"], r"dapi[0-9a-f]{32}(?:-[0-9])?(?-u:\b)"),
    form(&["sbp_"], r"sbp_[0-9a-f]{40}"),
    form(&["pscale_"], r"pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{30,}"),
    form(&["ltai"], r"LTAI[A-Za-z0-9]{16,24}(?-u:\b)"),
    form(&["akid"], r"AKID[A-Za-z0-9]{32}(?-u:\b)"),
    // Secrets managers: Vault, Doppler, Terraform Cloud, Pulumi, age.
    form(&["hvs.", "hvb."], r"hv[sb]\.[A-Za-z0-9_-]{24,}"),
    form(
        &["dp.pt.", "dp.st.", "dp.ct.", "dp.sa."],
        r"dp\.(?:pt|st|ct|sa)\.[A-Za-z0-9_.-]{30,}",
    ),
    form(
        &[".atlasv1."],
        r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}",
    ),
    form(&["pul-"], r"pul-[0-9a-f]{40}(?-u:\b)"),
    form(&["age-secret-key-"], r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    // Tools: Grafana, New Relic, Sentry, Postman, Linear, Notion, Figma, Buildkite, CircleCI, Contentful.
    form(&["glsa_", "glc_"], r"gl(?:sa|c)_[A-Za-z0-9_=+/-]{30,}"),
    form(&["nrak-", "nrii-"], r"NR(?:AK|II)-[A-Za-z0-9_-]{20,}"),
    form(&["sntrys_", "sntryu_"], r"sntry[su]_[A-Za-z0-9_=+/-]{30,}"),
    form(&["pmak-"], r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    form(&["lin_api_"], r"lin_api_[A-Za-z0-9]{30,}"),
    form(&["ntn_"], r"ntn_[A-Za-z0-9]{40,}"),
    form(&["figd_"], r"figd_[A-Za-z0-9_-]{30,}"),
    form(&["bkua_"], r"bkua_[0-9a-f]{40}"),
    form(&["ccipat_"], r"CCIPAT_[A-Za-z0-9_]{30,}"),
    form(&["cfpat-"], r"CFPAT-[A-Za-z0-9_-]{30,}"),
];

/// One expression of all forms, each from a word boundary on.
pub(super) fn pattern() -> String {
    let forms: Vec<&str> = FORMS.iter().map(|form| form.pattern).collect();
    format!(r"(?-u:\b)(?:{})", forms.join("|"))
}

/// Is what has the form a token, not words with dashes (`sk-a-name-of-many-words`)? Chance puts a digit into nearly every
/// token, and capitals beside small letters into the rest.
pub(super) fn is_token(text: &str) -> bool {
    if !text.starts_with("sk-") {
        return true;
    }
    let has = |class: fn(&u8) -> bool| text.bytes().skip(4).any(|byte| class(&byte));
    has(u8::is_ascii_digit) || (has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_an_expression_and_each_hint_is_in_small_letters() {
        for form in FORMS {
            assert!(regex::Regex::new(form.pattern).is_ok(), "{}", form.pattern);
            for hint in form.hints {
                assert_eq!(hint.to_ascii_lowercase(), *hint);
                assert!(hint.len() >= 2, "{hint}");
            }
        }
        assert!(regex::Regex::new(&pattern()).is_ok());
    }

    #[test]
    fn words_with_dashes_are_no_tokens() {
        assert!(!is_token("sk-learn-pipeline-transformers"));
        assert!(is_token("sk-abcdefghij1abcdefghij"));
        assert!(is_token("sk-abcdefghiJKLMNopqrstu"));
    }
}
