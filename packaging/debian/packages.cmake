# SPDX-FileCopyrightText: 2026 The edgeferry authors
# SPDX-License-Identifier: Apache-2.0
#
# The Debian packages edgeferry and edgeferry-agent, by CPack, and the archive of the programs.
set(CPACK_PACKAGE_VENDOR "The edgeferry authors")
set(CPACK_PACKAGE_CONTACT "The edgeferry authors <edgeferry@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "migration of running Linux servers into edge-cloud images")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_PACKAGE_INSTALL_DIRECTORY edgeferry)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR ON)  # for what lies in /etc
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_GENERATOR DEB)
set(CPACK_COMPONENTS_ALL edgeferry edgeferry-agent)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_THREADS 1)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/finish.cmake)
set(CPACK_FERRY_SOURCE ${CMAKE_SOURCE_DIR})

set(scripts ${CMAKE_CURRENT_LIST_DIR})
set(CPACK_DEBIAN_EDGEFERRY_PACKAGE_NAME edgeferry)
# CPack puts the summary above it.
set(CPACK_DEBIAN_EDGEFERRY_DESCRIPTION
"The controller, its command line, transition nodes and workers. An agent
 on each source server (package edgeferry-agent) streams its disks to a
 transition node; a worker makes an image of them, proves it, makes it fit
 to boot elsewhere, puts it into an object store and imports it into an
 Edge Node Service registry.")
# What each worker runs; what only some images need is recommended.
string(CONCAT CPACK_DEBIAN_EDGEFERRY_PACKAGE_DEPENDS
  "systemd | systemd-standalone-sysusers, ca-certificates, e2fsprogs, fdisk, gdisk, kmod, mount, "
  "qemu-system-common, qemu-utils")
string(CONCAT CPACK_DEBIAN_EDGEFERRY_PACKAGE_RECOMMENDS
  "btrfs-progs, dosfstools, grub-pc-bin, grub2-common, lvm2, mtools, ovmf, parted, "
  "qemu-system-x86, xfsprogs, xz-utils, zstd")
set(CPACK_DEBIAN_EDGEFERRY_PACKAGE_SUGGESTS edgeferry-agent)
set(CPACK_DEBIAN_EDGEFERRY_PACKAGE_CONTROL_EXTRA
    ${scripts}/edgeferry/postinst ${scripts}/edgeferry/prerm ${scripts}/edgeferry/postrm)

set(CPACK_DEBIAN_EDGEFERRY-AGENT_PACKAGE_NAME edgeferry-agent)
set(CPACK_DEBIAN_EDGEFERRY-AGENT_DESCRIPTION
"The agent, which runs on a source server: it tells the controller what the
 server is, and copies its disks while it works, when the controller asks
 for that. It changes nothing.")
set(CPACK_DEBIAN_EDGEFERRY-AGENT_PACKAGE_CONTROL_EXTRA
    ${scripts}/edgeferry-agent/postinst ${scripts}/edgeferry-agent/prerm
    ${scripts}/edgeferry-agent/postrm ${scripts}/edgeferry-agent/conffiles)

include(CPack)
