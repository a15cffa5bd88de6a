"""Providers of rules_js."""

load("//js/private:js_info.bzl", _JsInfo = "JsInfo", _js_info = "js_info")

JsInfo = _JsInfo
js_info = _js_info
