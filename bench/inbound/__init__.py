"""A Twilio webhook under load: what answers it, from a bare signature check to the whole of ours."""
