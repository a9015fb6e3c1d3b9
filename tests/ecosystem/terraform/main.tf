terraform {
  backend "oss" {}
}

variable "text" {
  default = "first"
}

resource "terraform_data" "kept" {
  input = var.text
}

output "text" {
  value = terraform_data.kept.output
}
