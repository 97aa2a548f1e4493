# Who a guest is: e-mail or a provider of theirs, a second factor if they like. A booking needs no account: a guest without one has a link.
resource "google_identity_platform_config" "guests" {
  authorized_domains         = [var.domain]
  autodelete_anonymous_users = true

  sign_in {
    allow_duplicate_emails = false

    email {
      enabled           = true
      password_required = true
    }

    anonymous {
      enabled = true
    }
  }

  mfa {
    state = "ENABLED"
  }
}
