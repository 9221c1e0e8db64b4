# The web client goes into wheels and source distributions: built here, when its sources have changed.
find_package(Python REQUIRED COMPONENTS Interpreter)
execute_process(
  COMMAND ${Python_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/../tools/build_client.py
  RESULT_VARIABLE client_failed)
if(client_failed)
  message(FATAL_ERROR "The web client was not built; the reason stands above.")
endif()
