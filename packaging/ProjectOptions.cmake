# One interface target holds the standard, the warnings and Qt's strictness; every target of ours links it.
set(FORMULENS_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize takes them")

add_library(project_options INTERFACE)
target_compile_features(project_options INTERFACE cxx_std_20)
set(CMAKE_CXX_EXTENSIONS OFF)
target_include_directories(project_options INTERFACE ${PROJECT_SOURCE_DIR})
# Sums must come out the same on every machine: no merged multiply-adds unless a kernel calls FMA by name.
target_compile_options(project_options INTERFACE
    -ffp-contract=off
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Woverloaded-virtual -Wnon-virtual-dtor
    # When it optimises, g++ 12 sees overlaps in std::string that are not there (its bug 105651), and takes the storage of
    # a small vector for the scalar beside it.
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread>
    $<$<BOOL:${FORMULENS_WERROR}>:-Werror>)
if(FORMULENS_SANITIZE)
    # Among the sanitizers' checks g++ 12 takes members of std::function for uninitialised.
    target_compile_options(project_options INTERFACE
        -fsanitize=${FORMULENS_SANITIZE} -fno-omit-frame-pointer -O1
        $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
    target_link_options(project_options INTERFACE -fsanitize=${FORMULENS_SANITIZE})
endif()
target_compile_definitions(project_options INTERFACE
    FORMULENS_VERSION="${PROJECT_VERSION}"
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_CAST_FROM_BYTEARRAY QT_NO_URL_CAST_FROM_STRING
    QT_NO_NARROWING_CONVERSIONS_IN_CONNECT QT_DISABLE_DEPRECATED_BEFORE=0x060400)

# With FORMULENS_WHOLE_ROOMS the compiler gets the files of a room as one, which halves the time of a build. Files whose
# local names are those of a neighbour stay by themselves: EXCEPT lists them.
option(FORMULENS_WHOLE_ROOMS "Compile rooms as a whole" OFF)
function(formulens_whole_rooms target)
    cmake_parse_arguments(WHOLE "" "" "ROOMS;EXCEPT" ${ARGN})
    if(NOT FORMULENS_WHOLE_ROOMS)
        return()
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    get_target_property(sources ${target} SOURCES)
    foreach(room ${WHOLE_ROOMS})
        set(files ${sources})
        if(room STREQUAL target) # the files of its own folder
            list(FILTER files INCLUDE REGEX "^[A-Za-z]+\\.cpp$")
        else()
            list(FILTER files INCLUDE REGEX "/${room}/[A-Za-z]+\\.cpp$")
        endif()
        foreach(file ${WHOLE_EXCEPT})
            list(FILTER files EXCLUDE REGEX "/${file}\\.cpp$")
        endforeach()
        set_property(SOURCE ${files} TARGET_DIRECTORY ${target} PROPERTY UNITY_GROUP ${room})
    endforeach()
endfunction()
