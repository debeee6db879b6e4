// SPDX-FileCopyrightText: 2026 The edgeferry authors
// SPDX-License-Identifier: Apache-2.0
//
// The deleter of what a C library has made: std::unique_ptr<BIO, FreeBy<BIO_free>>.
#pragma once

namespace ferry {

template <auto Function>
struct FreeBy {
  template <class T>
  void operator()(T* object) const {
    Function(object);
  }
};

}  // namespace ferry
