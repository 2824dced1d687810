//! `test`: the tests that app files carry; `check --offline`: a configuration far from its host.

use std::fs;

use super::stacktail;

const HEAD: &str = "dsn_file = \"/nowhere/shop.dsn\"\nrelease_file = \"/nowhere/REVISION\"\nproject_root = \"/srv/shop\"\n\
ignore_errors = [\"KeyError\"]\n[[files]]\npaths = [\"/nowhere/*.log\"]\n";
const TRACE: &str = "text = \"\"\"\nTraceback (most recent call last):\n  File \"/srv/shop/pay.py\", line 3, in pay\n    charge(card)\n\
ValueError: no card\n\"\"\"\n";

/// A host file and an app `shop` with these tests; the folder, and the host file's path.
fn host(tests: &str) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("apps.d")).unwrap();
    let file = dir.path().join("stacktail.toml");
    fs::write(&file, "[http]\nca_file = \"/nowhere/ca.pem\"\n").unwrap();
    let app = format!("{HEAD}{tests}");
    fs::write(dir.path().join("apps.d/shop.toml"), app).unwrap();
    let file = file.to_str().unwrap().to_owned();
    (dir, file)
}

#[test]
fn tests_that_hold_pass_far_from_the_host() {
    let ignored = TRACE.replace("ValueError", "KeyError");
    let (_dir, file) = host(&format!(
        "[[tests]]\n{TRACE}expect = [{{ type = \"ValueError\", value = \"no card\", culprit = \"pay\", language = \"python\" }}]\n\
         [[tests]]\nname = \"ignored\"\n{ignored}\
         [[tests]]\nname = \"a word\"\ntext = \"ERROR no card\"\n"
    ));
    for app in [&[][..], &["--app", "shop"]] {
        let ran = stacktail(&[&["test", "--config", &file], app].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
        assert_eq!(ran.stdout, "3 tests: 3 passed, 0 failed\n");
    }
    let ran = stacktail(&["test", "--config", &file, "--app", "none"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("no usable app `none`"));
}

#[test]
fn a_text_is_read_as_the_app_says_its_lines_are_laid_out() {
    let tests = "[[tests]]\ntext = \"~error~ no card\"\nexpect = [{ value = \"no card\" }]\n";
    let header = "header = '~(?<level>\\w+)~ (?<message>.*)'\n";
    let (dir, file) = host("");
    let app = dir.path().join("apps.d/shop.toml");
    fs::write(app, format!("messages = \"error\"\n{HEAD}{header}{tests}")).unwrap();
    let ran = stacktail(&["test", "--config", &file]);
    assert_eq!(
        ran.stdout, "1 tests: 1 passed, 0 failed\n",
        "{}",
        ran.stderr
    );
}

#[test]
fn what_is_different_is_told_with_its_place() {
    let (dir, file) = host(&format!(
        "[[tests]]\nname = \"of another type\"\n{TRACE}expect = [{{ type = \"KeyError\", count = 2 }}]\n[[tests]]\n{TRACE}"
    ));
    let ran = stacktail(&["test", "--config", &file]);
    assert_eq!(ran.code, 1);
    let app = dir.path().join("apps.d/shop.toml");
    let app = app.display();
    let seen = "  + type = \"ValueError\", value = \"no card\", culprit = \"pay (pay.py:3)\", language = \"python\"\n";
    let place = |line: usize| {
        format!(" --> {app}:{line}  (- expected and not found, + found and not expected)\n")
    };
    let expected = format!(
        "FAILED shop: of another type\n{}  - 2 × type = \"KeyError\"\n{seen}FAILED shop: a test\n{}{seen}\
         2 tests: 0 passed, 2 failed\n",
        place(7),
        place(16)
    );
    assert_eq!(ran.stdout, expected);
}

#[test]
fn check_offline_looks_at_nothing_of_the_host() {
    let (dir, file) = host("");
    let ran = stacktail(&["check", "--offline", "--config", &file]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("app shop (production)\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("nothing of the host was looked at"));
    assert_eq!(stacktail(&["check", "--config", &file]).code, 2);
    // What is wrong in the files themselves is told.
    fs::write(
        dir.path().join("apps.d/shop.toml"),
        format!("min_level = 3\n{HEAD}"),
    )
    .unwrap();
    let ran = stacktail(&["check", "--offline", "--config", &file]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("`min_level` must be a text"));
}
